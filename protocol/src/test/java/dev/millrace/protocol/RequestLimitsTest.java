package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLimitsTest {
  @Test
  void theDefaultsAreAsDocumented() {
    assertThat(RequestLimits.defaults()).isEqualTo(new RequestLimits(8_388_608, 16_777_216, 32));
  }

  @ParameterizedTest
  @CsvSource({"0,1,1", "1,0,1", "1,1,0", "-1,1,1", "1,134217729,1"})
  void limitsThatCannotBeKeptAreRefused(int bytes, long elements, int nesting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RequestLimits(bytes, elements, nesting));
  }
}

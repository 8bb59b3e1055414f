package dev.millrace.operators.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantWeightsTest {
  @Test
  void whoIsNotNamedWeighsOne() {
    TenantWeights weights = new TenantWeights(Map.of("a", 2.5));

    assertThat(weights.of("a")).isEqualTo(2.5);
    assertThat(weights.of("b")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNoShare(double weight) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TenantWeights(Map.of("a", weight)))
        .withMessageContaining("tenant 'a'");
  }
}

package dev.millrace.bench.saturation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.systems.SystemUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void aRunIsAsLongAsItShouldBe() {
    assertThat(Calibration.requests(30_000, Duration.ofMillis(2_500))).isEqualTo(75_000);
  }

  @Test
  void aRunIsNeitherTooShortToMeasureNorTooLargeForTheDisk() {
    assertThat(Calibration.requests(1, Duration.ofSeconds(10))).isEqualTo(500);
    assertThat(Calibration.requests(1e9, Duration.ofSeconds(10))).isEqualTo(2_000_000);
  }

  @Test
  void theGridHasNoBatchThatTheModelDoesNotTake() {
    assertThat(WindowTuning.grid(64))
        .extracting(SystemUnderTest::setting)
        .hasSize(9)
        .contains("8 requests or 2 ms", "64 requests or 50 ms")
        .noneMatch(setting -> setting.startsWith("128"));
  }

  @Test
  void theLargestBatchOfTheModelIsInTheGrid() {
    assertThat(WindowTuning.grid(16))
        .extracting(SystemUnderTest::setting)
        .hasSize(6)
        .contains("8 requests or 10 ms", "16 requests or 10 ms");
  }

  @Test
  void aModelThatTakesFewRequestsHasAGridOfItsOwn() {
    assertThat(WindowTuning.grid(4))
        .extracting(SystemUnderTest::setting)
        .containsExactly("4 requests or 2 ms", "4 requests or 10 ms", "4 requests or 50 ms");
  }
}

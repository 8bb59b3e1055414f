package dev.millrace.bench.saturation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SteadyStateTest {
  @Test
  void theRateIsThatOfTheMiddle() {
    // One answer a millisecond for 1,000 ms, but the first tenth took a minute, and the last too.
    long[] timestamps =
        LongStream.range(0, 1_001)
            .map(answer -> answer < 100 ? 0 : answer > 950 ? 200_000 : 60_000 + answer)
            .toArray();

    SteadyState state = SteadyState.of(timestamps);

    assertThat(state.begin()).isEqualTo(60_200);
    assertThat(state.end()).isEqualTo(60_900);
    assertThat(state.rate()).isEqualTo(1_000);
  }

  @Test
  void whatHappensAtOnceStillHasARate() {
    long[] timestamps = new long[11];
    Arrays.fill(timestamps, 5);

    assertThat(SteadyState.of(timestamps).rate()).isEqualTo(7_000);
  }

  @Test
  void oneAnswerHasNoRate() {
    assertThat(SteadyState.of(new long[] {5}).rate()).isZero();
  }
}

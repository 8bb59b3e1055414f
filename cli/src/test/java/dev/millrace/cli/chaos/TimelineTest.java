package dev.millrace.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TimelineTest {
  /**
   * Ten requests a second for ten seconds; nothing is answered from 3 to 5, and all of that at 5.
   */
  private final Timeline timeline =
      new Timeline(
          Arrays.stream(seconds(100))
              .map(arrival -> arrival >= 3 && arrival < 5 ? 5 : arrival + 0.05)
              .toArray(),
          seconds(100),
          10);

  @Test
  void findsTheLongestTimeWithoutAnswer() {
    Timeline.Gap gap = timeline.longestGap(2.5, 9);

    assertThat(gap.begin()).isCloseTo(2.95, within(0.01));
    assertThat(gap.end()).isEqualTo(5);
    assertThat(timeline.longestGap(6, 9).seconds()).isCloseTo(0.1, within(0.01));
  }

  @Test
  void countsAGapThatBeganBeforeTheFault() {
    assertThat(timeline.longestGap(4, 9).seconds()).isCloseTo(2.05, within(0.01));
  }

  @Test
  void tellsWhenTheBacklogIsWorkedOff() {
    assertThat(timeline.drained(5, 9)).hasValue(5);
    assertThat(new Timeline(new double[] {9}, seconds(100), 10).drained(5, 8)).isEmpty();
  }

  @Test
  void countsAnswersBySecond() {
    assertThat(timeline.bySecond()).hasSize(10).startsWith(10, 10, 10, 0, 0);
    assertThat(timeline.bySecond().get(5)).isEqualTo(30);
  }

  private static double[] seconds(int count) {
    double[] seconds = new double[count];
    Arrays.setAll(seconds, index -> index / 10.0);
    return seconds;
  }
}

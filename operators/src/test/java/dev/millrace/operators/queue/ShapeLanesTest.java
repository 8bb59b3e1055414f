package dev.millrace.operators.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ShapeLanesTest {
  @Test
  void theLongestOfALaneIsTheLastLengthThatIsInIt() {
    int length = 1;
    for (int lane = ShapeLanes.of(1); lane <= ShapeLanes.of(1 << 20); lane++) {
      int longest = ShapeLanes.longest(lane);
      for (; length <= longest; length++) {
        assertThat(ShapeLanes.of(length)).as("lane of %d", length).isEqualTo(lane);
      }
    }
  }

  @Test
  void atLeastFourFifthsOfALaneAreNoPadding() {
    for (int length = 1; length < 100_000; length++) {
      assertThat((double) length / ShapeLanes.longest(ShapeLanes.of(length))).isBetween(0.8, 1.0);
    }
  }

  @Test
  void veryLongRequestsHaveALaneToo() {
    int last = ShapeLanes.of(Integer.MAX_VALUE);

    assertThat(ShapeLanes.longest(last)).isEqualTo(Integer.MAX_VALUE);
    assertThat(ShapeLanes.longest(last - 1)).isPositive().isLessThan(Integer.MAX_VALUE);
    assertThatIllegalArgumentException().isThrownBy(() -> ShapeLanes.longest(last + 1));
    assertThatIllegalArgumentException().isThrownBy(() -> ShapeLanes.longest(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> ShapeLanes.of(0));
  }

  @Test
  void requestsWithoutALengthCostTheirRows() {
    assertThat(ShapeLanes.longest(ShapeLanes.FIXED)).isEqualTo(1);
    assertThat(new Entries().rows(7).next().cost()).isEqualTo(7);
    assertThat(new Entries().rows(7).shape(ShapeLanes.of(9)).next().cost()).isEqualTo(70);
  }
}

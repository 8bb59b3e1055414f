package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void theMedianIsTheMiddleOneWhateverTheOrder() {
    assertThat(Figures.of(9, 1, 2).median()).isEqualTo(2);
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
    assertThat(Figures.of(4, 1, 100, 2).median()).isEqualTo(3);
  }

  @Test
  void theSpreadIsFromTheLeastToTheMost() {
    Figures figures = Figures.of(3, 1, 2);

    assertThat(figures.least()).isEqualTo(1);
    assertThat(figures.most()).isEqualTo(3);
  }

  @Test
  void figuresAreComparedWithinTheirRound() {
    // The second round was disturbed: half the figures, the same ratio.
    Figures ratio = Figures.of(90, 45).dividedBy(Figures.of(100, 50));

    assertThat(ratio.rounds()).containsExactly(0.9, 0.9);
  }

  @Test
  void figuresOfOtherRoundsCannotBeCompared() {
    Figures two = Figures.of(1, 2);

    assertThatThrownBy(() -> two.dividedBy(Figures.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 rounds cannot be compared with 1");
  }

  @Test
  void thereIsNoMedianOfNothing() {
    assertThatThrownBy(() -> new Figures(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.millrace.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void linearTicksAreRoundAndEncloseTheValues() {
    assertThat(Scale.linear(0, 97, 0, 100).ticks())
        .containsExactly(0.0, 20.0, 40.0, 60.0, 80.0, 100.0);
    assertThat(Scale.linear(-3, 4, 0, 100).ticks()).startsWith(-4.0).endsWith(4.0);
  }

  @Test
  void logarithmicTicksAreRoundAndEncloseTheValues() {
    assertThat(Scale.logarithmic(3, 80, 0, 100).ticks())
        .containsExactly(2.0, 5.0, 10.0, 20.0, 50.0, 100.0);
    assertThat(Scale.logarithmic(0.2, 900_000, 0, 100).ticks())
        .containsExactly(0.1, 1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0);
  }

  @Test
  void valuesStandWhereTheyBelong() {
    assertThat(Scale.linear(0, 100, 400, 0).position(25)).isCloseTo(300, within(1e-9));
    assertThat(Scale.logarithmic(1, 100, 0, 400).position(10)).isCloseTo(200, within(1e-9));
  }

  @Test
  void oneValueAloneHasAnAxisToo() {
    assertThat(Scale.linear(0, 0, 0, 100).ticks()).contains(0.0, 1.0);
    assertThat(Scale.logarithmic(10, 10, 0, 100).position(10)).isBetween(0.0, 100.0);
  }

  @Test
  void labelsHaveAsManyDigitsAsTheyNeed() {
    Scale fine = Scale.linear(0, 0.9, 0, 100);
    assertThat(fine.ticks().stream().map(fine::label)).contains("0", "0.2", "0.8");
    Scale coarse = Scale.linear(0, 30_000, 0, 100);
    assertThat(coarse.ticks().stream().map(coarse::label)).contains("0", "5,000", "30,000");
    Scale factors = Scale.logarithmic(0.05, 10, 0, 100);
    assertThat(factors.ticks().stream().map(factors::label)).contains("0.05", "0.1", "1", "10");
  }
}

package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTextTest {
  @Test
  void theTableHasMediansAndTheSpreadOfWhatMatters() {
    assertThat(ReportText.of(Example.report()).lines())
        .contains(
            "  system                                 answers/s    all CPU",
            "                                                    µs/answer",
            "  limit (batches of 64)  31,000 (30,000 to 32,000)          -",
            "  millrace               21,000 (20,000 to 22,000)       81.3");
  }

  @Test
  void aCheckSaysWhetherItsTargetIsMet() {
    assertThat(ReportText.of(Example.report()))
        .contains("millrace / limit, answers/s    0.69  (0.65 to 0.70)  target ≥ 0.60  met");
  }

  @Test
  void itSaysWhereAndUnderWhichConditionsItWasMeasured() {
    assertThat(ReportText.of(Example.report()))
        .contains("2 cores, 24.0 GiB of memory, heap of 2.0 GiB", "model: digits/1");
  }

  @Test
  void aViolationCannotBeOverlooked() {
    assertThat(ReportText.of(Example.report())).contains("VIOLATED: window: 3 answers too many");
  }
}

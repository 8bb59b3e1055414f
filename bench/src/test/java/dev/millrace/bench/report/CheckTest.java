package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckTest {
  private static final Measure RATE = new Measure("rate", "answers/s", "answers/s", 0);

  @Test
  void aRatioSaysWhatIsComparedWithWhat() {
    Check check = Check.ratio(RATE, row("millrace", 60, 70), row("limit", 100, 100), null);

    assertThat(check.what()).isEqualTo("millrace / limit, answers/s");
    assertThat(check.figures().rounds()).containsExactly(0.6, 0.7);
    assertThat(check.met()).isEmpty();
  }

  @Test
  void theMedianDecidesWhetherATargetIsMet() {
    Row millrace = row("millrace", 10, 65, 70);
    Row limit = row("limit", 100, 100, 100);

    assertThat(Check.ratio(RATE, millrace, limit, Target.atLeast(0.65)).met()).contains(true);
    assertThat(Check.ratio(RATE, millrace, limit, Target.atLeast(0.66)).met()).contains(false);
    assertThat(Check.ratio(RATE, millrace, limit, Target.atMost(0.65)).met()).contains(true);
    assertThat(Check.ratio(RATE, millrace, limit, Target.atMost(0.64)).met()).contains(false);
  }

  private static Row row(String system, double... rounds) {
    return new Row(system, "", Map.of(RATE, Figures.of(rounds)));
  }
}

package dev.millrace.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bench.BenchmarkException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WrkOutcomeTest {
  private static final String OUTPUT =
      """
      Running 10s test @ http://127.0.0.1:8080/v2/models/digits/infer
        2 threads and 64 connections
      millrace-wrk requests=41000 micros=10000000 p50=15250 p99=58000 most=101000 connect=1 read=2 write=3 timeout=4 s429=600 s503=390 s502=7
      """;

  @Test
  void readsTheFiguresOfTheScript() throws Exception {
    WrkOutcome outcome = WrkOutcome.parse(OUTPUT);

    assertThat(outcome.requests()).isEqualTo(41_000);
    assertThat(outcome.seconds()).isEqualTo(10);
    assertThat(outcome.medianMillis()).isEqualTo(15.25);
    assertThat(outcome.p99Millis()).isEqualTo(58);
    assertThat(outcome.mostMillis()).isEqualTo(101);
    assertThat(outcome.socketErrors()).isEqualTo(10);
    assertThat(outcome.statuses()).isEqualTo(Map.of(429, 600L, 503, 390L, 502, 7L));
  }

  @Test
  void onlyWhatWasAnsweredCountsForTheRate() throws Exception {
    // Of 41,000 answers 997 had another status; the broken connections had none.
    assertThat(WrkOutcome.parse(OUTPUT).rate()).isEqualTo(4_000.3);
  }

  @Test
  void tooMuchIsRefusedAndAllElseIsAnError() throws Exception {
    WrkOutcome outcome = WrkOutcome.parse(OUTPUT);

    assertThat(outcome.refused()).isEqualTo(990);
    assertThat(outcome.errors()).isEqualTo(17);
  }

  @Test
  void outputWithoutTheLineIsNoOutcome() {
    assertThatThrownBy(() -> WrkOutcome.parse("unable to connect to 127.0.0.1:1"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("unable to connect");
  }
}

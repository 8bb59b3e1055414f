package dev.millrace.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.audit.OpenTransaction;
import dev.millrace.cli.audit.Verdict;
import dev.millrace.protocol.RecordCoordinates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictReportTest {
  private static final Verdict.Problem NONE = new Verdict.Problem(0, List.of());
  private static final Verdict GOOD =
      new Verdict(5, Map.of("rejected", 1L, "ok", 3L), 1, 0, 0, 0, NONE, NONE, NONE, List.of());
  private static final Verdict BAD =
      new Verdict(
          5,
          Map.of("ok", 4L),
          0,
          2,
          1,
          3,
          new Verdict.Problem(
              2,
              List.of(
                  new RecordCoordinates("requests", 0, 4),
                  new RecordCoordinates("requests", 1, 5))),
          NONE,
          NONE,
          List.of(
              new OpenTransaction(
                  Optional.of("millrace-results-0-7"),
                  Optional.of("Ongoing"),
                  Optional.of(Instant.EPOCH),
                  "results",
                  3,
                  40,
                  12)));

  @Test
  void tabulatesWhatHolds() {
    assertThat(VerdictReport.table(GOOD).lines())
        .containsExactly(
            "  requests           5",
            "  answered ok        3",
            "  answered rejected  1",
            "  dead letters       1",
            "  missing            0",
            "  duplicate          0",
            "  unexplained        0",
            "  Every request has exactly one answer.");
  }

  @Test
  void namesExamplesOfWhatDoesNot() {
    assertThat(VerdictReport.table(BAD))
        .contains("on reply topics", "2 (and 1 repeats)")
        .contains("older than the request topic")
        .contains("2, such as requests/0/4, requests/1/5")
        .contains(
            "up to 12 of results-3 from offset 40 on, until transaction millrace-results-0-7 ends"
                + " (Ongoing, begun 1970-01-01T00:00:00Z)")
        .contains("NOT every request has exactly one answer.");
  }

  @Test
  void writesJsonForPrograms() {
    assertThat(VerdictReport.json(GOOD))
        .isEqualTo(
            "{\"holds\":true,\"requests\":5,\"answered\":{\"ok\":3,\"rejected\":1},\"dead_letters\":1,"
                + "\"replies\":0,\"repeated_replies\":0,\"older\":0,"
                + "\"missing\":{\"count\":0,\"examples\":[]},"
                + "\"duplicate\":{\"count\":0,\"examples\":[]},"
                + "\"unexplained\":{\"count\":0,\"examples\":[]},"
                + "\"open_transactions\":[]}");
    assertThat(VerdictReport.json(BAD))
        .contains("\"holds\":false")
        .contains("\"missing\":{\"count\":2,\"examples\":[\"requests/0/4\",\"requests/1/5\"]}")
        .contains("\"transactional_id\":\"millrace-results-0-7\",\"state\":\"Ongoing\"");
  }
}

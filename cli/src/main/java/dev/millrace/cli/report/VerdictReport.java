package dev.millrace.cli.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.cli.audit.OpenTransaction;
import dev.millrace.cli.audit.Verdict;
import dev.millrace.protocol.RecordCoordinates;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.stream.Collectors;

/** An audit's verdict, for people and for programs. */
public final class VerdictReport {
  private static final String UNKNOWN = "unknown";

  private VerdictReport() {}

  /** A table, with the first few records of each problem. */
  public static String table(Verdict verdict) {
    Table table = new Table().row("requests", Long.toString(verdict.requests()));
    verdict
        .byStatus()
        .forEach((status, count) -> table.row("answered " + status, Long.toString(count)));
    table.row("dead letters", Long.toString(verdict.deadLetters()));
    if (verdict.replies() > 0) {
      table.row(
          "on reply topics",
          "%d (and %d repeats)".formatted(verdict.replies(), verdict.repeatedReplies()));
    }
    if (verdict.older() > 0) {
      table.row("older than the request topic", Long.toString(verdict.older()));
    }
    table
        .row("missing", problem(verdict.missing()))
        .row("duplicate", problem(verdict.duplicate()))
        .row("unexplained", problem(verdict.unexplained()));
    verdict.openTransactions().forEach(open -> table.row("withheld", withheld(open)));
    return table
        + (verdict.holds()
            ? "  Every request has exactly one answer."
            : "  NOT every request has exactly one answer.");
  }

  private static String problem(Verdict.Problem problem) {
    if (problem.count() == 0) {
      return "0";
    }
    String examples =
        problem.examples().stream()
            .map(RecordCoordinates::toString)
            .collect(Collectors.joining(", "));
    return "%d, such as %s".formatted(problem.count(), examples);
  }

  private static String withheld(OpenTransaction open) {
    return "up to %d of %s-%d from offset %d on, until transaction %s ends (%s, begun %s)"
        .formatted(
            open.withheld(),
            open.topic(),
            open.partition(),
            open.firstOffset(),
            open.transactionalId().orElse(UNKNOWN),
            open.state().orElse(UNKNOWN),
            open.begun().map(Instant::toString).orElse(UNKNOWN));
  }

  /** One JSON object. */
  public static String json(Verdict verdict) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeBooleanField("holds", verdict.holds());
      json.writeNumberField("requests", verdict.requests());
      json.writeObjectFieldStart("answered");
      for (var status : verdict.byStatus().entrySet()) {
        json.writeNumberField(status.getKey(), status.getValue());
      }
      json.writeEndObject();
      json.writeNumberField("dead_letters", verdict.deadLetters());
      json.writeNumberField("replies", verdict.replies());
      json.writeNumberField("repeated_replies", verdict.repeatedReplies());
      json.writeNumberField("older", verdict.older());
      write(json, "missing", verdict.missing());
      write(json, "duplicate", verdict.duplicate());
      write(json, "unexplained", verdict.unexplained());
      json.writeArrayFieldStart("open_transactions");
      for (OpenTransaction open : verdict.openTransactions()) {
        write(json, open);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, OpenTransaction open) throws IOException {
    json.writeStartObject();
    json.writeStringField("transactional_id", open.transactionalId().orElse(null));
    json.writeStringField("state", open.state().orElse(null));
    json.writeStringField("begun", open.begun().map(Instant::toString).orElse(null));
    json.writeStringField("topic", open.topic());
    json.writeNumberField("partition", open.partition());
    json.writeNumberField("first_offset", open.firstOffset());
    json.writeNumberField("withheld", open.withheld());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, Verdict.Problem problem)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", problem.count());
    json.writeArrayFieldStart("examples");
    for (RecordCoordinates example : problem.examples()) {
      json.writeString(example.toString());
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}

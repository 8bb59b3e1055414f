package dev.millrace.cli.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.SendStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.HdrHistogram.Histogram;

/**
 * What a load came to, for people and for programs.
 *
 * @param sending how the producer kept to the plan
 */
public record LoadReport(LoadPlan plan, LoadOutcome outcome, SendStatistics sending) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};

  /**
   * The figures as a table.
   *
   * @param deadlines whether requests had any
   */
  public Table table(boolean deadlines) {
    Table table =
        new Table()
            .row(
                "sent",
                "%,d (refused by the broker: %,d)".formatted(sending.sent(), sending.refused()))
            .row(
                "late by",
                "p50 %.2f ms, at most %.1f ms"
                    .formatted(sending.medianLatenessMillis(), sending.worstLatenessMillis()));
    outcome
        .byStatus()
        .forEach((status, count) -> table.row(status.wireName(), "%,d".formatted(count)));
    table.row("unanswered", "%,d".formatted(outcome.unanswered()));
    table.row("answered twice", "%,d".formatted(outcome.repeats()));
    if (deadlines) {
      table.row("in time", "%.1f %%".formatted(100 * outcome.inTimeShare()));
    }
    Histogram latencies = outcome.latencies(kind -> true);
    if (latencies.getTotalCount() > 0) {
      table.row(
          "latency",
          "p50 %s, p90 %s, p99 %s, most %,.1f ms"
              .formatted(
                  millis(latencies, 50),
                  millis(latencies, 90),
                  millis(latencies, 99),
                  latencies.getMaxValue() / NANOS_PER_MILLI));
    }
    return table;
  }

  /** A percentile of latencies in nanoseconds, or a dash when there are none. */
  public static String millis(Histogram latencies, double percentile) {
    return latencies.getTotalCount() == 0
        ? "-"
        : "%,.1f ms".formatted(latencies.getValueAtPercentile(percentile) / NANOS_PER_MILLI);
  }

  /**
   * Writes the figures as JSON.
   *
   * @param pattern of the arrivals
   * @param tenants whose latencies are wanted
   * @param priorities whose latencies are wanted
   */
  public void write(
      Path file, String pattern, Collection<String> tenants, Collection<Integer> priorities)
      throws IOException {
    try (JsonGenerator out = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
      out.useDefaultPrettyPrinter();
      out.writeStartObject();
      out.writeStringField("pattern", pattern);
      out.writeNumberField("duration-seconds", plan.duration().toMillis() / MILLIS_PER_SECOND);
      out.writeNumberField("sent", sending.sent());
      out.writeNumberField("refused", sending.refused());
      out.writeNumberField("late-ms-p50", sending.medianLatenessMillis());
      out.writeNumberField("late-ms-most", sending.worstLatenessMillis());
      out.writeObjectFieldStart("answered");
      for (var status : outcome.byStatus().entrySet()) {
        out.writeNumberField(status.getKey().wireName(), status.getValue());
      }
      out.writeEndObject();
      out.writeNumberField("unanswered", outcome.unanswered());
      out.writeNumberField("answered-twice", outcome.repeats());
      out.writeNumberField("in-time-share", outcome.inTimeShare());
      latencies(out, "latency-ms", outcome.latencies(kind -> true));
      out.writeObjectFieldStart("tenants");
      for (String tenant : tenants) {
        latencies(out, tenant, outcome.latencies(kind -> kind.tenant().equals(tenant)));
      }
      out.writeEndObject();
      out.writeObjectFieldStart("priorities");
      for (int level : priorities) {
        latencies(
            out, Integer.toString(level), outcome.latencies(kind -> kind.priority() == level));
      }
      out.writeEndObject();
      out.writeEndObject();
    }
  }

  private static void latencies(JsonGenerator out, String name, Histogram latencies)
      throws IOException {
    out.writeObjectFieldStart(name);
    out.writeNumberField("count", latencies.getTotalCount());
    for (double percentile : PERCENTILES) {
      out.writeNumberField(
          "p" + Double.toString(percentile).replace(".0", ""),
          latencies.getValueAtPercentile(percentile) / NANOS_PER_MILLI);
    }
    out.writeNumberField("most", latencies.getMaxValue() / NANOS_PER_MILLI);
    out.writeEndObject();
  }
}

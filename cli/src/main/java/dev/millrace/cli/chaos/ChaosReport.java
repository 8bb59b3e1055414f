package dev.millrace.cli.chaos;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.bench.report.Chart;
import dev.millrace.cli.audit.Verdict;
import dev.millrace.cli.report.Grid;
import dev.millrace.cli.report.VerdictReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What came of a run.
 *
 * @param rate requests a second
 * @param capacity requests a second that the job answered before, when they never ran out
 * @param unanswered requests of the steady load that stayed without an answer
 * @param repeats answers too many, as a consumer of the results saw them
 * @param answersBySecond of the steady load
 */
public record ChaosReport(
    long seed,
    double rate,
    double capacity,
    List<Entry> faults,
    int unanswered,
    int repeats,
    Verdict verdict,
    List<Integer> answersBySecond,
    List<ResidentMemory.Trend> memory) {
  public ChaosReport {
    faults = List.copyOf(faults);
    answersBySecond = List.copyOf(answersBySecond);
    memory = List.copyOf(memory);
  }

  /**
   * A fault; times in seconds.
   *
   * @param at after the beginning of the load
   * @param target what it was done to
   * @param detected how long after it the job ceased to run, if it did
   * @param firstAnswer how long after it the first answer came that followed the longest gap
   * @param longestGap without any answer
   * @param drained how long after it no more requests waited than usual; empty when that was not
   *     before the next fault
   */
  public record Entry(
      Fault fault,
      String target,
      double at,
      OptionalDouble detected,
      double firstAnswer,
      double longestGap,
      OptionalDouble drained) {}

  /** Whether nothing was lost and nothing answered twice. */
  public boolean holds() {
    return verdict.holds() && unanswered == 0 && repeats == 0;
  }

  /** For people. */
  public String text() {
    Grid grid = new Grid("at", "fault", "to", "detected", "first answer", "longest gap", "drained");
    for (Entry entry : faults) {
      grid.row(
          "%.1f s".formatted(entry.at()),
          entry.fault().toString(),
          entry.target(),
          seconds(entry.detected()),
          "%.1f s".formatted(entry.firstAnswer()),
          "%.1f s".formatted(entry.longestGap()),
          seconds(entry.drained()));
    }
    StringBuilder text = new StringBuilder();
    text.append(
        "%n  seed %d, %,.0f requests/s; the job answered %,.0f a second when they never ran out%n%n"
            .formatted(seed, rate, capacity));
    text.append(grid).append(System.lineSeparator());
    if (!memory.isEmpty()) {
      Grid resident = new Grid("resident memory", "for", "first", "last", "slope");
      for (ResidentMemory.Trend trend : memory) {
        resident.row(
            trend.process(),
            "%.1f min".formatted(trend.minutes()),
            "%,.0f MiB".formatted(trend.firstMebibytes()),
            "%,.0f MiB".formatted(trend.lastMebibytes()),
            "%+.1f MiB/min".formatted(trend.slope()));
      }
      text.append(resident).append(System.lineSeparator());
    }
    text.append(VerdictReport.table(verdict));
    text.append(
        "  a read_committed consumer saw %d answers too many; %d requests of the load have none%n"
            .formatted(repeats, unanswered));
    return text.toString();
  }

  private static String seconds(OptionalDouble value) {
    return value.isPresent() ? "%.1f s".formatted(value.getAsDouble()) : "-";
  }

  /** The throughput over time with the faults in it. */
  public Chart chart() {
    List<Chart.Point> points = new ArrayList<>();
    for (int second = 0; second < answersBySecond.size(); second++) {
      points.add(new Chart.Point(second + 0.5, answersBySecond.get(second)));
    }
    double end = Math.max(1, answersBySecond.size());
    return new Chart.Lines(
        "Answers while things break, seed " + seed,
        new Chart.Axis("seconds after the beginning", false),
        new Chart.Axis("answers a second", false),
        List.of(
            new Chart.Series("answers", points),
            new Chart.Series(
                "requests", List.of(new Chart.Point(0, rate), new Chart.Point(end, rate)))),
        faults.stream()
            .map(entry -> new Chart.Mark(entry.at(), entry.fault().toString()))
            .toList());
  }

  /** For programs. */
  public void write(Path file) throws IOException {
    try (JsonGenerator out = new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
      out.useDefaultPrettyPrinter();
      out.writeStartObject();
      out.writeBooleanField("holds", holds());
      out.writeNumberField("seed", seed);
      out.writeNumberField("rate", rate);
      out.writeNumberField("capacity", capacity);
      out.writeNumberField("unanswered", unanswered);
      out.writeNumberField("answered-twice", repeats);
      out.writeArrayFieldStart("faults");
      for (Entry entry : faults) {
        out.writeStartObject();
        out.writeStringField("fault", entry.fault().toString());
        out.writeStringField("target", entry.target());
        out.writeNumberField("at-seconds", entry.at());
        write(out, "detected-seconds", entry.detected());
        out.writeNumberField("first-answer-seconds", entry.firstAnswer());
        out.writeNumberField("longest-gap-seconds", entry.longestGap());
        write(out, "drained-seconds", entry.drained());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeArrayFieldStart("answers-by-second");
      for (int count : answersBySecond) {
        out.writeNumber(count);
      }
      out.writeEndArray();
      out.writeArrayFieldStart("resident-memory");
      for (ResidentMemory.Trend trend : memory) {
        out.writeStartObject();
        out.writeStringField("process", trend.process());
        out.writeNumberField("minutes", trend.minutes());
        out.writeNumberField("first-mib", trend.firstMebibytes());
        out.writeNumberField("last-mib", trend.lastMebibytes());
        out.writeNumberField("slope-mib-per-minute", trend.slope());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeFieldName("audit");
      out.writeRawValue(VerdictReport.json(verdict));
      out.writeEndObject();
    }
  }

  private static void write(JsonGenerator out, String name, OptionalDouble value)
      throws IOException {
    if (value.isPresent()) {
      out.writeNumberField(name, value.getAsDouble());
    } else {
      out.writeNullField(name);
    }
  }
}

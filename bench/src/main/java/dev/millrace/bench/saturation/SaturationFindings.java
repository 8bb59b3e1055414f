package dev.millrace.bench.saturation;

import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import dev.millrace.bench.saturation.CpuTimes.Part;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers what the runs gave, and says what it comes to. */
final class SaturationFindings {
  static final Measure RATE = new Measure("answers-per-second", "answers/s", "answers/s", 0);

  private static final String LIMIT = "limit";
  private static final String MILLRACE = "millrace";

  /** A column of CPU: its heading, and what it holds. */
  private record Cost(Measure measure, Part... parts) {}

  private static final List<Cost> COSTS =
      List.of(
          cost("engine-cpu", "engine", Part.ENGINE),
          cost("task-cpu", "tasks", Part.TASKS),
          cost("client-cpu", "clients", Part.KAFKA_CLIENTS),
          cost("other-cpu", "other", Part.OTHER_THREADS, Part.VIRTUAL_MACHINE),
          cost("broker-cpu", "broker", Part.BROKER),
          cost("all-cpu", "all CPU", Part.values()));

  private final Workload workload;
  private final @Nullable BestBatch limit;
  private final Duration duration;
  private final List<Double> limits = new ArrayList<>();
  private final Map<SystemUnderTest, List<Measurement>> measurements = new LinkedHashMap<>();

  SaturationFindings(Workload workload, @Nullable BestBatch limit, Duration duration) {
    this.workload = workload;
    this.limit = limit;
    this.duration = duration;
  }

  private static Cost cost(String key, String title, Part... parts) {
    return new Cost(new Measure(key, title, "µs/answer", 1), parts);
  }

  /** What the engine did alone in a round. */
  void limit(double rate) {
    limits.add(rate);
  }

  /** What a system did in a round. */
  void add(SystemUnderTest system, Measurement measurement) {
    measurements.computeIfAbsent(system, unknown -> new ArrayList<>()).add(measurement);
  }

  /** A measurement in one line. */
  static String line(SystemUnderTest system, Measurement measured) {
    StringBuilder line = new StringBuilder(system.name());
    if (!system.setting().isEmpty()) {
      line.append(", ").append(system.setting());
    }
    line.append(": %,.0f/s".formatted(measured.rate()));
    if (!measured.microseconds().isEmpty()) {
      line.append("; µs of CPU an answer:");
      for (Cost cost : COSTS) {
        line.append(
            " %s %.1f".formatted(cost.measure().title(), measured.microseconds(cost.parts())));
      }
    }
    measured.violations().forEach(violation -> line.append("; ").append(violation));
    return line.toString();
  }

  /** All of it. */
  Report report(Environment environment) {
    Report.Builder report =
        Report.of(
                "saturation",
                "Answers a second when requests never run out: " + workload.model().version(),
                environment)
            .condition("model", workload.model().version().toString())
            .condition(
                "requests",
                "%s, %d bytes, %d different ones"
                    .formatted(
                        workload.encoding().contentType(),
                        workload.meanBytes(),
                        workload.distinct()))
            .condition("rounds", "each of about %d s, interleaved".formatted(duration.toSeconds()))
            .measure(RATE);
    COSTS.forEach(cost -> report.measure(cost.measure()));
    List<Row> rows = rows();
    rows.forEach(report::row);
    checks(rows).forEach(report::check);
    measurements.forEach(
        (system, rounds) ->
            rounds.stream()
                .flatMap(round -> round.violations().stream())
                .forEach(violation -> report.violation(system.name() + ": " + violation)));
    return report.chart(chart(rows)).build();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    if (limit != null) {
      rows.add(new Row(LIMIT, "batches of " + limit.size(), Map.of(RATE, new Figures(limits))));
    }
    measurements.forEach((system, rounds) -> rows.add(row(system, rounds)));
    return rows;
  }

  private static Row row(SystemUnderTest system, List<Measurement> rounds) {
    Map<Measure, Figures> figures = new LinkedHashMap<>();
    figures.put(RATE, new Figures(rounds.stream().map(Measurement::rate).toList()));
    // A run that was over before it could be looked at twice has none.
    List<Measurement> watched =
        rounds.stream().filter(round -> !round.microseconds().isEmpty()).toList();
    if (!watched.isEmpty()) {
      for (Cost cost : COSTS) {
        figures.put(
            cost.measure(),
            new Figures(watched.stream().map(round -> round.microseconds(cost.parts())).toList()));
      }
    }
    return new Row(system.name(), system.setting(), figures);
  }

  private List<Check> checks(List<Row> rows) {
    Optional<Row> millrace = find(rows, MILLRACE);
    List<Check> checks = new ArrayList<>();
    for (Row baseline : rows) {
      if (millrace.isPresent() && !baseline.system().equals(MILLRACE)) {
        Target target = SaturationTargets.of(workload.model().version().name(), baseline.system());
        checks.add(Check.ratio(RATE, millrace.get(), baseline, target));
      }
    }
    return checks;
  }

  private static Optional<Row> find(List<Row> rows, String system) {
    return rows.stream().filter(row -> row.system().equals(system)).findFirst();
  }

  private Chart chart(List<Row> rows) {
    return new Chart.Bars(
        "Saturation, " + workload.model().version(),
        "answers/s",
        rows.stream().map(row -> Chart.Bar.of(row.system(), row.require(RATE))).toList());
  }
}

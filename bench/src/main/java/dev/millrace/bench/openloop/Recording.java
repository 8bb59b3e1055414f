package dev.millrace.bench.openloop;

import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadRun;
import dev.millrace.bench.load.Traffic;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** What one system did, round by round. */
final class Recording {
  static final Measure P50 = new Measure("p50-ms", "p50", "ms", 2);
  static final Measure P99 = new Measure("p99-ms", "p99", "ms", 2);
  static final Measure IN_TIME = new Measure("in-time-percent", "in time", "%", 1);
  static final Measure IN_TIME_RATE = new Measure("in-time-per-second", "in time", "requests/s", 1);
  static final Measure UNANSWERED = new Measure("unanswered", "unanswered", "requests", 0);

  private final String system;
  private final String setting;
  private final List<LoadRun.Played> rounds = new ArrayList<>();

  Recording(String system, String setting) {
    this.system = system;
    this.setting = setting;
  }

  void add(LoadRun.Played round) {
    rounds.add(round);
  }

  LoadOutcome outcome(int round) {
    return rounds.get(round).outcome();
  }

  Figures figures(ToDoubleFunction<LoadOutcome> figure) {
    return new Figures(
        rounds.stream().map(round -> figure.applyAsDouble(round.outcome())).toList());
  }

  Figures percentile(Predicate<Traffic> kind, double percentile) {
    return figures(outcome -> outcome.latencyMillis(kind, percentile).orElse(Double.NaN));
  }

  /** The latencies of all rounds together, in nanoseconds. */
  Histogram latencies() {
    Histogram all = new Histogram(3);
    rounds.forEach(round -> all.add(round.outcome().latencies(kind -> true)));
    return all;
  }

  /** Requests without an answer, over all rounds. */
  int unanswered() {
    return rounds.stream().mapToInt(round -> round.outcome().unanswered()).sum();
  }

  String system() {
    return system;
  }

  /** The figures that all of these benchmarks show. */
  Row row() {
    Map<Measure, Figures> figures = new LinkedHashMap<>();
    figures.put(P50, percentile(kind -> true, 50));
    figures.put(P99, percentile(kind -> true, 99));
    figures.put(IN_TIME, figures(outcome -> 100 * outcome.inTimeShare()));
    figures.put(IN_TIME_RATE, figures(Recording::inTimeRate));
    figures.put(UNANSWERED, figures(LoadOutcome::unanswered));
    return new Row(system, setting, figures);
  }

  private static double inTimeRate(LoadOutcome outcome) {
    return outcome.inTime() / (outcome.plan().duration().toNanos() / 1e9);
  }

  /** Columns of {@link #row}. */
  static void addMeasures(Report.Builder report) {
    List.of(P50, P99, IN_TIME, IN_TIME_RATE, UNANSWERED).forEach(report::measure);
  }

  /** How the producer kept to the plan, over all rounds. */
  String lateness() {
    return "p50 %.2f ms, at most %.1f ms"
        .formatted(
            rounds.stream()
                .mapToDouble(round -> round.sending().medianLatenessMillis())
                .max()
                .orElse(0),
            rounds.stream()
                .mapToDouble(round -> round.sending().worstLatenessMillis())
                .max()
                .orElse(0));
  }

  /** Says what must not be. */
  void addViolations(Report.Builder report) {
    int refused = rounds.stream().mapToInt(round -> round.sending().refused()).sum();
    if (refused > 0) {
      report.violation("the broker refused %d requests for %s".formatted(refused, system));
    }
    int repeats = rounds.stream().mapToInt(round -> round.outcome().repeats()).sum();
    if (repeats > 0) {
      report.violation("%s gave %d answers too many".formatted(system, repeats));
    }
  }
}

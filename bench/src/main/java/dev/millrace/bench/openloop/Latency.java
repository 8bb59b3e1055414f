package dev.millrace.bench.openloop;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.Traffic;
import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Systems;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** How long a request takes when there is little else to do. */
final class Latency implements Benchmark {
  private static final String MODEL = "digits";
  private static final double LOAD = 0.05;
  private static final int ROUNDS = 3;
  private static final Duration DURATION = Duration.ofSeconds(8);
  private static final Duration TRIAL = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final double ALLOWED_OVER_BATCH_OF_ONE_MILLIS = 5;
  private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.5, 99.9};

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String summary() {
    return "client to client at 5 % of what the engine can do: millrace, window, per-record";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    try (Stage stage = Stage.open(settings, progress, MODEL)) {
      double rate = LOAD * stage.firstCapacity().rate();
      stage.rehearse(
          List.of(
              Systems.millrace(),
              WindowGrid.largest(stage.workload().model()),
              Systems.perRecord(stage.workload().model().maximumBatchRows())));
      progress.say("tuning the window at %,.0f requests/s".formatted(rate));
      List<WindowGrid.Cell> cells =
          new WindowGrid(stage, progress)
              .play(
                  plan(rate, settings.duration().orElse(TRIAL), 0),
                  PATIENCE,
                  outcome -> -outcome.latencyMillis(kind -> true, 50).orElse(Double.MAX_VALUE));
      List<SystemUnderTest> systems =
          List.of(
              Systems.millrace(),
              cells.get(0).window(),
              Systems.perRecord(stage.workload().model().maximumBatchRows()));
      Map<String, Recording> recordings = new LinkedHashMap<>();
      List<Double> batchOfOne = new ArrayList<>();
      for (int round = 0; round < settings.rounds().orElse(ROUNDS); round++) {
        progress.say("round %d".formatted(round + 1));
        batchOfOne.add(stage.capacity().batchOfOneMillis());
        LoadPlan plan = plan(rate, settings.duration().orElse(DURATION), round + 1);
        new Round(stage, progress, recordings).play(systems, round, plan, PATIENCE);
      }
      Report.Builder report =
          Report.of(name(), "latency at 5 % of capacity, client to client", environment)
              .condition("model", stage.workload().model().version().toString())
              .condition(
                  "load",
                  "%,.0f requests/s, Poisson, %.0f %% of the engine's %,.0f"
                      .formatted(rate, 100 * LOAD, stage.firstCapacity().rate()));
      return report(report, cells, recordings, new Figures(batchOfOne));
    }
  }

  private static LoadPlan plan(double rate, Duration duration, int seed) {
    return LoadPlan.of(Traffic.of(ArrivalSchedule.poisson(rate, duration, seed), Optional.empty()));
  }

  private static Report report(
      Report.Builder report,
      List<WindowGrid.Cell> cells,
      Map<String, Recording> recordings,
      Figures batchOfOne) {
    Recording.addMeasures(report);
    report.row(new Row("limit", "engine alone, one at a time", Map.of(Recording.P50, batchOfOne)));
    recordings.values().forEach(recording -> report.row(recording.row()));
    // What other settings of the window would have given, each measured once.
    cells.stream()
        .skip(1)
        .map(cell -> new Row("window, tried", cell.window().setting(), trial(cell.outcome())))
        .forEach(report::row);
    Figures millrace = Round.recording(recordings, "millrace").percentile(kind -> true, 50);
    report.check(
        new Check(
            "millrace p50 beyond the engine's batch of one",
            "ms",
            difference(millrace, batchOfOne),
            Target.atMost(ALLOWED_OVER_BATCH_OF_ONE_MILLIS)));
    report.check(
        new Check(
            "millrace / best window, p50",
            "",
            millrace.dividedBy(Round.recording(recordings, "window").percentile(kind -> true, 50)),
            Target.atMost(0.5)));
    Round.addNotes(report, recordings, true);
    return report.chart(chart(recordings)).build();
  }

  private static Map<Measure, Figures> trial(LoadOutcome outcome) {
    return Map.of(
        Recording.P50,
        Figures.of(outcome.latencyMillis(kind -> true, 50).orElse(Double.NaN)),
        Recording.P99,
        Figures.of(outcome.latencyMillis(kind -> true, 99).orElse(Double.NaN)));
  }

  private static Figures difference(Figures minuend, Figures subtrahend) {
    List<Double> differences = new ArrayList<>();
    for (int round = 0; round < minuend.rounds().size(); round++) {
      differences.add(minuend.rounds().get(round) - subtrahend.rounds().get(round));
    }
    return new Figures(differences);
  }

  private static Chart chart(Map<String, Recording> recordings) {
    List<Chart.Series> lines = new ArrayList<>();
    recordings.forEach(
        (system, recording) -> {
          Histogram all = recording.latencies();
          List<Chart.Point> points = new ArrayList<>();
          for (double percentile : PERCENTILES) {
            points.add(
                new Chart.Point(
                    100 / (100 - percentile), all.getValueAtPercentile(percentile) / 1e6));
          }
          lines.add(new Chart.Series(system, points));
        });
    return new Chart.Lines(
        "Latency at 5 % of capacity, all rounds",
        new Chart.Axis("one request in … takes longer (2: p50, 100: p99)", true),
        new Chart.Axis("latency, client to client, ms", true),
        lines);
  }
}

package dev.millrace.bench.openloop;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.AzureTrace;
import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.Traffic;
import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Systems;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many requests are answered in time when they come in bursts as they did at Azure.
 *
 * <p>The trace is 57 minutes with 2.6 arrivals a second. Playing it faster leaves its shape: at 60
 * % of an engine that does 150 requests a second it lasts 98 seconds, of which each round plays a
 * part and all systems of a round the same one. Each part is scaled to that mean load by itself. A
 * faster engine would be through with the trace in no time; for one, each arrival becomes several
 * requests at once, as few as make the parts last as long as they should.
 */
final class Bursts implements Benchmark {
  private static final String MODEL = "encoder";
  private static final double LOAD = 0.6;
  private static final int TIMEOUT_IN_BATCHES_OF_ONE = 10;
  private static final int ROUNDS = 3;
  private static final Duration DURATION = Duration.ofSeconds(20);
  private static final Duration TRIAL = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @Override
  public String name() {
    return "bursts";
  }

  @Override
  public String summary() {
    return "answers in time to the bursts of the Azure trace, 60 % load: millrace, window,"
        + " per-record, and an oracle";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    AzureTrace trace = read(settings.home().resolve(AzureTrace.FILE));
    try (Stage stage = Stage.open(settings, progress, MODEL)) {
      double rate = LOAD * stage.firstCapacity().rate();
      Duration timeout = stage.firstCapacity().batchOfOne().multipliedBy(TIMEOUT_IN_BATCHES_OF_ONE);
      Duration duration = settings.duration().orElse(DURATION);
      Parts parts = Parts.of(trace, rate, duration);
      stage.rehearse(
          List.of(
              Systems.millrace(),
              WindowGrid.largest(stage.workload().model()),
              Systems.perRecord(stage.workload().model().maximumBatchRows())));
      progress.say(
          "tuning the window at %,.0f requests/s in the mean, timeout %d ms"
              .formatted(rate, timeout.toMillis()));
      Duration trial = duration.compareTo(TRIAL) < 0 ? duration : TRIAL;
      List<WindowGrid.Cell> cells =
          new WindowGrid(stage, progress)
              .play(
                  plan(Parts.of(trace, rate, trial).schedule(0), timeout),
                  PATIENCE,
                  LoadOutcome::inTimeShare);
      List<SystemUnderTest> systems =
          List.of(
              Systems.millrace(),
              cells.get(0).window(),
              Systems.perRecord(stage.workload().model().maximumBatchRows()));
      Map<String, Recording> recordings = new LinkedHashMap<>();
      List<Double> oracle = new ArrayList<>();
      List<Double> variations = new ArrayList<>();
      for (int round = 0; round < settings.rounds().orElse(ROUNDS); round++) {
        progress.say("round %d".formatted(round + 1));
        Capacity capacity = stage.capacity();
        ArrivalSchedule schedule = parts.schedule(round);
        variations.add(schedule.variation());
        int possible = new Oracle(capacity.rate(), capacity.batchOfOne()).inTime(schedule, timeout);
        oracle.add(100.0 * possible / schedule.size());
        progress.say("  oracle: %.1f %% in time".formatted(oracle.get(round)));
        new Round(stage, progress, recordings)
            .play(systems, round, plan(schedule, timeout), timeout.plus(PATIENCE));
      }
      Report.Builder report =
          Report.of(name(), "answers in time to bursts, mean load 60 % of capacity", environment)
              .condition("model", stage.workload().model().version().toString())
              .condition(
                  "load",
                  "%,.0f requests/s in the mean, %.0f %% of the engine's %,.0f"
                      .formatted(rate, 100 * LOAD, stage.firstCapacity().rate()))
              .condition(
                  "arrivals",
                  "Azure code-completion trace 2023, each %d times, a part of %d arrivals a round"
                      .formatted(parts.copies(), parts.arrivals()))
              .condition(
                  "variation of the intervals",
                  "%.1f (median of the rounds; Poisson: 1)"
                      .formatted(new Figures(variations).median()))
              .condition(
                  "timeout",
                  "%d ms, %d times the engine's batch of one"
                      .formatted(timeout.toMillis(), TIMEOUT_IN_BATCHES_OF_ONE))
              .condition(
                  "window",
                  "best of %d settings on %d s".formatted(cells.size(), trial.toSeconds()));
      return report(report, recordings, new Figures(oracle));
    }
  }

  private static AzureTrace read(Path file) throws BenchmarkException {
    try {
      return AzureTrace.read(file);
    } catch (IOException e) {
      throw new BenchmarkException("the trace cannot be read: " + e.getMessage(), e);
    }
  }

  private static LoadPlan plan(ArrivalSchedule schedule, Duration timeout) {
    return LoadPlan.of(Traffic.of(schedule, Optional.of(timeout)));
  }

  /**
   * The parts of the trace that the rounds play.
   *
   * @param arrivals of a part
   * @param copies of each arrival
   */
  record Parts(AzureTrace trace, double rate, int arrivals, int copies) {
    static Parts of(AzureTrace trace, double rate, Duration duration) {
      int requests = (int) Math.max(2, rate * duration.toNanos() / 1e9);
      int copies = (requests + trace.size() - 1) / trace.size();
      return new Parts(trace, rate, Math.max(2, requests / copies), copies);
    }

    /** The part of a round: successive ones, from the beginning again after the last whole one. */
    ArrivalSchedule schedule(int round) {
      int parts = Math.max(1, trace.size() / arrivals);
      long[] recorded = trace.arrivals(round % parts * arrivals, arrivals);
      return ArrivalSchedule.ofTrace(recorded, rate / copies).times(copies);
    }
  }

  private static Report report(
      Report.Builder report, Map<String, Recording> recordings, Figures oracle) {
    Recording.addMeasures(report);
    report.row(new Row("oracle", "knows the future", Map.of(Recording.IN_TIME, oracle)));
    List<Chart.Bar> bars = new ArrayList<>();
    bars.add(Chart.Bar.of("oracle", oracle));
    recordings.forEach(
        (system, recording) -> {
          report.row(recording.row());
          bars.add(Chart.Bar.of(system, inTime(recording)));
        });
    Figures millrace = inTime(Round.recording(recordings, "millrace"));
    report.check(
        new Check(
            "millrace / best window, in time",
            "",
            millrace.dividedBy(inTime(Round.recording(recordings, "window"))),
            Target.atLeast(1.3)));
    report.check(
        new Check(
            "millrace / oracle, in time", "", millrace.dividedBy(oracle), Target.atLeast(0.9)));
    Round.addNotes(report, recordings, false);
    return report
        .chart(
            new Chart.Bars("Bursts at 60 % mean load: answered in time", "% of all requests", bars))
        .build();
  }

  private static Figures inTime(Recording recording) {
    return recording.figures(outcome -> 100 * outcome.inTimeShare());
  }
}

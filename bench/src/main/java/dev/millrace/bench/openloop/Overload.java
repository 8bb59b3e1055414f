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

/** How many requests are answered in time when twice as many come as can be. */
final class Overload implements Benchmark {
  private static final String MODEL = "encoder";
  private static final double LOAD = 2;
  private static final int TIMEOUT_IN_BATCHES_OF_ONE = 10;
  private static final int ROUNDS = 1;
  private static final Duration DURATION = Duration.ofSeconds(60);
  private static final Duration TRIAL = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int FIRST_ROUND = 0;

  @Override
  public String name() {
    return "overload";
  }

  @Override
  public String summary() {
    return "answers in time a second at twice the capacity: millrace, window";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    try (Stage stage = Stage.open(settings, progress, MODEL)) {
      double rate = LOAD * stage.firstCapacity().rate();
      Duration timeout = stage.firstCapacity().batchOfOne().multipliedBy(TIMEOUT_IN_BATCHES_OF_ONE);
      Duration duration = settings.duration().orElse(DURATION);
      Duration trial = duration.compareTo(TRIAL) < 0 ? duration : TRIAL;
      stage.rehearse(List.of(Systems.millrace(), WindowGrid.largest(stage.workload().model())));
      progress.say(
          "tuning the window at %,.0f requests/s, timeout %d ms"
              .formatted(rate, timeout.toMillis()));
      List<WindowGrid.Cell> cells =
          new WindowGrid(stage, progress)
              .play(plan(rate, trial, timeout, 0), PATIENCE, LoadOutcome::inTimeShare);
      List<SystemUnderTest> systems = List.of(Systems.millrace(), cells.get(0).window());
      Map<String, Recording> recordings = new LinkedHashMap<>();
      List<Double> capacities = new ArrayList<>();
      for (int round = 0; round < settings.rounds().orElse(ROUNDS); round++) {
        progress.say("round %d".formatted(round + 1));
        capacities.add(stage.capacity().rate());
        new Round(stage, progress, recordings)
            .play(systems, round, plan(rate, duration, timeout, round + 1), timeout.plus(PATIENCE));
      }
      Report.Builder report =
          Report.of(name(), "answers in time at twice the capacity", environment)
              .condition("model", stage.workload().model().version().toString())
              .condition(
                  "load",
                  "%,.0f requests/s, Poisson, for %d s; the engine's capacity is %,.0f"
                      .formatted(rate, duration.toSeconds(), stage.firstCapacity().rate()))
              .condition(
                  "timeout",
                  "%d ms, %d times the engine's batch of one"
                      .formatted(timeout.toMillis(), TIMEOUT_IN_BATCHES_OF_ONE))
              .condition(
                  "window",
                  "best of %d settings on %d s".formatted(cells.size(), trial.toSeconds()));
      return report(report, recordings, new Figures(capacities));
    }
  }

  private static LoadPlan plan(double rate, Duration duration, Duration timeout, int seed) {
    return LoadPlan.of(
        Traffic.of(ArrivalSchedule.poisson(rate, duration, seed), Optional.of(timeout)));
  }

  private static Report report(
      Report.Builder report, Map<String, Recording> recordings, Figures capacity) {
    Recording.addMeasures(report);
    report.row(new Row("limit", "engine alone", Map.of(Recording.IN_TIME_RATE, capacity)));
    recordings.values().forEach(recording -> report.row(recording.row()));
    recordings.forEach(
        (system, recording) ->
            report.check(
                new Check(
                    system + " / capacity, answered in time a second",
                    "",
                    recording.row().require(Recording.IN_TIME_RATE).dividedBy(capacity),
                    system.equals("millrace") ? Target.atLeast(0.85) : null)));
    Round.addNotes(report, recordings, false);
    return report.chart(chart(recordings, capacity.rounds().get(FIRST_ROUND))).build();
  }

  private static Chart chart(Map<String, Recording> recordings, double capacity) {
    List<Chart.Series> lines = new ArrayList<>();
    int seconds = 0;
    for (Map.Entry<String, Recording> recording : recordings.entrySet()) {
      List<Integer> counts = recording.getValue().outcome(FIRST_ROUND).inTimeBySecond();
      seconds = Math.max(seconds, counts.size());
      List<Chart.Point> points = new ArrayList<>();
      for (int second = 0; second < counts.size(); second++) {
        points.add(new Chart.Point(second + 0.5, counts.get(second)));
      }
      lines.add(new Chart.Series(recording.getKey(), points));
    }
    lines.add(
        new Chart.Series(
            "capacity: engine alone",
            List.of(new Chart.Point(0, capacity), new Chart.Point(seconds, capacity))));
    return new Chart.Lines(
        "Twice the capacity: answered in time, first round",
        new Chart.Axis("seconds after the beginning", false),
        new Chart.Axis("answers in time a second", false),
        lines);
  }
}

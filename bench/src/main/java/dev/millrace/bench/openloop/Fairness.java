package dev.millrace.bench.openloop;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.LoadRun;
import dev.millrace.bench.load.Traffic;
import dev.millrace.bench.report.Chart;
import dev.millrace.bench.report.Check;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Figures;
import dev.millrace.bench.report.Measure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Row;
import dev.millrace.bench.report.Target;
import dev.millrace.bench.systems.Systems;
import dev.millrace.jobs.MillraceOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tenant that keeps within its share feels of one that asks ten times as much as its own.
 *
 * <p>Two tenants, so the share of each is half of what the job answers while so much is asked of
 * it: taking requests in costs processor time, which the engine would have alone otherwise, so a
 * share of the engine's own rate would be more than there is. The greedy one asks for ten times its
 * share, the modest one for half of its own. There are no deadlines: what the greedy one asks for
 * piles up, and is not waited for in the end. The queue takes it all: past its bound, back-pressure
 * would have the requests of both wait in Kafka, in the order in which they came.
 */
final class Fairness implements Benchmark {
  private static final String MODEL = "encoder";
  private static final int TENANTS = 2;
  private static final double GREEDY_SHARES = 10;
  private static final double MODEST_SHARES = 0.5;
  private static final Map<String, String> OPTIONS =
      Map.of(MillraceOptions.QUEUE_MAX_PENDING.key(), "1000000");
  private static final int MOST_FLOODS = 6;
  private static final double BETTER = 1.1;
  private static final int ROUNDS = 3;
  private static final Duration DURATION = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String MODEST = "modest";
  private static final Measure UNANSWERED =
      new Measure("modest-unanswered", "unanswered", "requests", 0);

  @Override
  public String name() {
    return "fairness";
  }

  @Override
  public String summary() {
    return "latency of a tenant within its share, alone and beside one at 10 times its own";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    try (Stage stage = Stage.open(settings, progress, MODEL, OPTIONS)) {
      Duration duration = settings.duration().orElse(DURATION);
      stage.rehearse(List.of(Systems.millrace()));
      double engine = stage.firstCapacity().rate();
      double share = answeredUnderFlood(stage, progress, engine, duration) / TENANTS;
      progress.say(
          "engine alone %,.1f requests/s, share of each tenant under flood %,.1f"
              .formatted(engine, share));
      Recording alone = new Recording("alone", "");
      Recording beside = new Recording("beside the greedy one", "");
      for (int round = 0; round < settings.rounds().orElse(ROUNDS); round++) {
        progress.say("round %d".formatted(round + 1));
        Traffic modest = traffic(MODEST, MODEST_SHARES * share, duration, 2 * round + 1);
        Traffic greedy = traffic("greedy", GREEDY_SHARES * share, duration, 2 * round + 2);
        alone.add(play(stage, progress, LoadPlan.of(modest)));
        beside.add(play(stage, progress, LoadPlan.of(modest, greedy)));
      }
      Report.Builder report =
          Report.of(name(), "latency of a modest tenant beside a greedy one", environment)
              .condition("model", stage.workload().model().version().toString())
              .condition("engine alone", "%,.1f requests/s".formatted(engine))
              .condition("share of each of two tenants", "%,.1f requests/s".formatted(share))
              .condition("greedy tenant", "%,.1f requests/s".formatted(GREEDY_SHARES * share))
              .condition("modest tenant", "%,.1f requests/s".formatted(MODEST_SHARES * share))
              .condition("duration", duration.toSeconds() + " s, Poisson arrivals, no deadlines");
      return report(report, alone, beside);
    }
  }

  private static Traffic traffic(String tenant, double rate, Duration duration, int seed) {
    return new Traffic(tenant, 0, Optional.empty(), ArrivalSchedule.poisson(rate, duration, seed));
  }

  /** Answers a second under the flood, once another flood brings no more. */
  private static double answeredUnderFlood(
      Stage stage, Progress progress, double engine, Duration duration)
      throws BenchmarkException, InterruptedException {
    double best = 0;
    for (int flood = 1; flood <= MOST_FLOODS; flood++) {
      double rate = flood(stage, engine, duration);
      progress.say("  flood %d: %,.1f answers/s".formatted(flood, rate));
      if (rate < best * BETTER) {
        return Math.max(best, rate);
      }
      best = rate;
    }
    return best;
  }

  /** Answers a second once the flood has gone on for half of its time. */
  private static double flood(Stage stage, double engine, Duration duration)
      throws BenchmarkException, InterruptedException {
    Traffic flood = traffic("greedy", GREEDY_SHARES * engine / TENANTS, duration, 0);
    List<Integer> bySecond =
        stage
            .play(Systems.millrace(), LoadPlan.of(flood), Duration.ZERO)
            .outcome()
            .inTimeBySecond();
    return bySecond.stream()
        .skip(bySecond.size() / 2)
        .mapToInt(Integer::intValue)
        .average()
        .orElseThrow();
  }

  private static boolean isModest(Traffic kind) {
    return kind.tenant().equals(MODEST);
  }

  private static LoadRun.Played play(Stage stage, Progress progress, LoadPlan plan)
      throws BenchmarkException, InterruptedException {
    LoadRun.Played played = stage.play(Systems.millrace(), plan, PATIENCE);
    progress.say(
        "  modest tenant, %d requests in all: p50 %.1f ms, p99 %.1f ms"
            .formatted(
                plan.size(),
                played.outcome().latencyMillis(Fairness::isModest, 50).orElse(Double.NaN),
                played.outcome().latencyMillis(Fairness::isModest, 99).orElse(Double.NaN)));
    return played;
  }

  private static Report report(Report.Builder report, Recording alone, Recording beside) {
    List.of(Recording.P50, Recording.P99, UNANSWERED).forEach(report::measure);
    for (Recording recording : List.of(alone, beside)) {
      report.row(
          new Row(
              "modest tenant",
              recording.system(),
              Map.of(
                  Recording.P50,
                  recording.percentile(Fairness::isModest, 50),
                  Recording.P99,
                  recording.percentile(Fairness::isModest, 99),
                  UNANSWERED,
                  recording.figures(outcome -> outcome.unanswered(Fairness::isModest)))));
      report.condition("producer late, " + recording.system(), recording.lateness());
      recording.addViolations(report);
    }
    Figures p99 = beside.percentile(Fairness::isModest, 99);
    Figures p99Alone = alone.percentile(Fairness::isModest, 99);
    report.check(new Check("p99 beside / alone", "", p99.dividedBy(p99Alone), Target.atMost(2)));
    return report
        .chart(
            new Chart.Bars(
                "A tenant within its share, alone and beside one at 10 times its share",
                "latency, client to client, ms",
                List.of(
                    Chart.Bar.of("p50 alone", alone.percentile(Fairness::isModest, 50)),
                    Chart.Bar.of("p50 beside", beside.percentile(Fairness::isModest, 50)),
                    Chart.Bar.of("p99 alone", p99Alone),
                    Chart.Bar.of("p99 beside", p99))))
        .build();
  }
}

package dev.millrace.bench.saturation;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.systems.EngineLimit;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.Systems;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workload;
import dev.millrace.bench.systems.Workloads;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers a second when requests never run out.
 *
 * <p>The request topic is filled before a system starts, with as many requests as it answers in
 * about the time asked for; so each system has its own number, found by a run of each that is not
 * measured and warms the virtual machine up. What counts is the {@linkplain SteadyState middle} of
 * a run by the timestamps of the answers, which a system sets when it writes them: answers become
 * visible only once a checkpoint, and counting them as they do would add up to a checkpoint
 * interval of chance to every run.
 */
public final class SaturationBenchmark implements Benchmark {
  private static final String DEFAULT_MODEL = "digits";
  private static final int DEFAULT_ROUNDS = 3;
  private static final Duration DEFAULT_DURATION = Duration.ofSeconds(10);

  /** How many requests a task of the baseline per-record has under way: Flink's own default. */
  private static final int PER_RECORD_CAPACITY = 100;

  /** Answers a second, as a first guess, of an engine that takes no time. */
  private static final double FIRST_GUESS = 40_000;

  /** Shorter runs would measure the start of the job. */
  private static final int FEWEST_REQUESTS = 1_000;

  @Override
  public String name() {
    return "saturation";
  }

  @Override
  public String summary() {
    return "answers a second when requests never run out";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    Workload workload = Workloads.load(settings, DEFAULT_MODEL);
    int rounds = settings.rounds().orElse(DEFAULT_ROUNDS);
    Duration duration = settings.duration().orElse(DEFAULT_DURATION);
    BestBatch limit = workload.computes() ? limit(workload, progress) : null;
    progress.say("starting a Kafka broker and Flink");
    try (TestBed bed = TestBed.open(settings)) {
      SaturationRun run = new SaturationRun(bed, workload, progress);
      Map<SystemUnderTest, Integer> requests = warmUp(run, workload, limit, duration, progress);
      SaturationFindings findings = new SaturationFindings(workload, limit, duration);
      for (int round = 1; round <= rounds; round++) {
        progress.say("round %d of %d".formatted(round, rounds));
        if (limit != null) {
          findings.limit(measureLimit(workload, limit, duration, progress));
        }
        for (SystemUnderTest system : requests.keySet()) {
          Measurement measured = run.of(system, requests.getOrDefault(system, FEWEST_REQUESTS));
          progress.say("  " + SaturationFindings.line(system, measured));
          findings.add(system, measured);
        }
      }
      return findings.report(environment);
    }
  }

  private static BestBatch limit(Workload workload, Progress progress)
      throws BenchmarkException, InterruptedException {
    progress.say("measuring what the engine does alone");
    try (EngineLimit engine = EngineLimit.open(workload)) {
      return BestBatch.find(engine, progress);
    }
  }

  private static double measureLimit(
      Workload workload, BestBatch limit, Duration duration, Progress progress)
      throws BenchmarkException, InterruptedException {
    try (EngineLimit engine = EngineLimit.open(workload)) {
      double rate = engine.throughput(limit.size(), duration);
      progress.say("  limit: %,.0f/s".formatted(rate));
      return rate;
    }
  }

  /** The systems, each with as many requests as keep it busy for about so long. */
  private static Map<SystemUnderTest, Integer> warmUp(
      SaturationRun run,
      Workload workload,
      @Nullable BestBatch limit,
      Duration duration,
      Progress progress)
      throws BenchmarkException, InterruptedException {
    progress.say("warming up");
    double guess = Math.min(limit == null ? FIRST_GUESS : limit.rate(), FIRST_GUESS);
    int few = requests(guess, duration.dividedBy(3));
    Map<SystemUnderTest, Integer> systems = new LinkedHashMap<>();
    for (SystemUnderTest system :
        List.of(
            Systems.passThrough(),
            Systems.passThroughKeyed(),
            Systems.perRecord(PER_RECORD_CAPACITY))) {
      systems.put(system, requests(warm(run, system, few, progress), duration));
    }
    List<SystemUnderTest> cells = WindowTuning.grid(workload.model().maximumBatchRows());
    SystemUnderTest window = cells.get(cells.size() - 1);
    double windowRate = warm(run, window, few, progress);
    progress.say("tuning the window");
    window = WindowTuning.best(cells, requests(windowRate, duration.dividedBy(3)), run, progress);
    systems.put(window, requests(windowRate, duration));
    SystemUnderTest millrace = Systems.millrace();
    systems.put(millrace, requests(warm(run, millrace, few, progress), duration));
    return systems;
  }

  private static double warm(
      SaturationRun run, SystemUnderTest system, int requests, Progress progress)
      throws BenchmarkException, InterruptedException {
    Measurement measured = run.of(system, requests);
    progress.say("  " + SaturationFindings.line(system, measured));
    return measured.rate();
  }

  private static int requests(double rate, Duration duration) {
    return Math.max(FEWEST_REQUESTS, (int) (rate * duration.toMillis() / 1000));
  }
}

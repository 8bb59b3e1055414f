package dev.millrace.bench.saturation;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.systems.EngineLimit;
import dev.millrace.bench.systems.Exercise;
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

  /** An engine that scores fewer a second has a JVM run too little of its code. */
  private static final double SLOW = 1_000;

  private static final int EXERCISE_REQUESTS = 200_000;
  private static final Duration MOST_EXERCISE = Duration.ofMinutes(2);

  /** Answers a second, to begin with, of a system whose code has not been compiled yet. */
  private static final double FIRST_GUESS = 10_000;

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
      if (limit != null && limit.rate() < SLOW) {
        exercise(bed, workload, progress);
      }
      SaturationRun run = new SaturationRun(bed, workload, progress);
      Map<SystemUnderTest, Double> rates = calibrate(run, workload, limit, duration, progress);
      SaturationFindings findings = new SaturationFindings(workload, limit, duration);
      for (int round = 1; round <= rounds; round++) {
        progress.say("round %d of %d".formatted(round, rounds));
        if (limit != null) {
          findings.limit(measureLimit(workload, limit, duration, progress));
        }
        for (Map.Entry<SystemUnderTest, Double> rate : rates.entrySet()) {
          Measurement measured =
              run.of(rate.getKey(), Calibration.requests(rate.getValue(), duration));
          progress.say("  " + SaturationFindings.line(rate.getKey(), measured));
          findings.add(rate.getKey(), measured);
          rate.setValue(measured.rate());
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

  /** Has each system that scores answer many requests on an engine that needs no processor. */
  private static void exercise(TestBed bed, Workload workload, Progress progress)
      throws BenchmarkException, InterruptedException {
    progress.say("warming up with an engine that does nothing");
    SaturationRun run = new SaturationRun(bed, Workloads.noOp(workload.encoding()), progress);
    List<SystemUnderTest> cells = WindowTuning.grid(workload.model().maximumBatchRows());
    for (SystemUnderTest system :
        List.of(
            Systems.perRecord(PER_RECORD_CAPACITY),
            cells.get(cells.size() - 1),
            Systems.millrace())) {
      Exercise.of(system, () -> run.of(system, EXERCISE_REQUESTS), MOST_EXERCISE, progress);
    }
  }

  /** The systems, each with about as many answers a second as it gives. */
  private static Map<SystemUnderTest, Double> calibrate(
      SaturationRun run,
      Workload workload,
      @Nullable BestBatch limit,
      Duration duration,
      Progress progress)
      throws BenchmarkException, InterruptedException {
    progress.say("warming up");
    double guess = limit == null ? FIRST_GUESS : Math.min(limit.rate() / 4, FIRST_GUESS);
    Calibration calibration = new Calibration(run, duration, progress);
    Map<SystemUnderTest, Double> rates = new LinkedHashMap<>();
    for (SystemUnderTest system :
        List.of(
            Systems.passThrough(),
            Systems.passThroughKeyed(),
            Systems.perRecord(PER_RECORD_CAPACITY))) {
      rates.put(system, calibration.rate(system, guess));
    }
    List<SystemUnderTest> cells = WindowTuning.grid(workload.model().maximumBatchRows());
    double windowRate = calibration.rate(cells.get(cells.size() - 1), guess);
    progress.say("tuning the window");
    WindowTuning.Cell window =
        new WindowTuning(run, progress)
            .best(cells, Calibration.requests(windowRate, duration.dividedBy(3)));
    rates.put(window.system(), window.rate());
    SystemUnderTest millrace = Systems.millrace();
    rates.put(millrace, calibration.rate(millrace, guess));
    return rates;
  }
}

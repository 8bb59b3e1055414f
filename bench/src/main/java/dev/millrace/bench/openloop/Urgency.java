package dev.millrace.bench.openloop;

import dev.millrace.bench.Benchmark;
import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.Settings;
import dev.millrace.bench.load.ArrivalSchedule;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.Traffic;
import dev.millrace.bench.report.Environment;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.systems.Workload;
import dev.millrace.jobs.MillraceOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;

/**
 * How long an urgent request takes while very many others wait that are not.
 *
 * <p>The job has a process of its own, with a heap of 512 MiB for Flink, Kafka's clients and the
 * index of the queue; payloads are in RocksDB. The engine is one that takes the same time for every
 * batch and computes nothing: the queue has to last, and what is measured is the order of service.
 * It takes nothing until all requests that are not urgent are in the queue; then it begins, and one
 * urgent request comes each second for as long as the queue is sure to last. In the end all have to
 * be answered.
 */
final class Urgency implements Benchmark {
  static final int REQUESTS = 1_000_000;

  /** An option of this benchmark, for a short trial. */
  static final String REQUESTS_OPTION = "bench.requests";

  static final String HEAP = "512m";

  /** Batches of 64 in 20 ms on two streams: 6,400 requests a second. */
  static final TimedModel MODEL = TimedModel.constant(Duration.ofMillis(20), 64);

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

  /** The share of the time that the queue should last at least, during which urgent ones come. */
  private static final double URGENT_SHARE = 0.8;

  private static final int LOW_PRIORITY = 9;
  private static final int HIGH_PRIORITY = 1;

  @Override
  public String name() {
    return "urgency";
  }

  @Override
  public String summary() {
    return "urgent requests behind 1,000,000 others, heap of 512 MiB (-D bench.requests=N: fewer)";
  }

  @Override
  public Report run(Settings settings, Progress progress)
      throws BenchmarkException, InterruptedException {
    Environment environment = Environment.ofThisMachine(Instant.now());
    int requests = requests(settings);
    Workload workload = MODEL.workload(settings.encoding());
    progress.say("starting a broker and, with a heap of %s, the job".formatted(HEAP));
    try (StackProcess stack =
        StackProcess.start(settings, HEAP, MODEL, options(settings, requests))) {
      UrgencyRun run = new UrgencyRun(stack, workload, progress);
      UrgencyFindings findings = run.play(bulk(requests), urgent(requests));
      return findings.report(
          Report.of(name(), "urgent requests behind a long queue", environment)
              .condition(
                  "queue",
                  "%,d requests of priority %d, %,d bytes each with 1 KiB of tensor"
                      .formatted(requests, LOW_PRIORITY, workload.meanBytes()))
              .condition(
                  "engine",
                  "%d ms a batch of up to %d, %d streams, computes nothing"
                      .formatted(MODEL.fixed().toMillis(), MODEL.maximumRows(), TimedStreams.COUNT))
              .condition("heap of the job's process", HEAP));
    }
  }

  private static int requests(Settings settings) throws BenchmarkException {
    String given = settings.options().getOrDefault(REQUESTS_OPTION, Integer.toString(REQUESTS));
    try {
      return Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new BenchmarkException("%s: '%s' is no number".formatted(REQUESTS_OPTION, given), e);
    }
  }

  private static Map<String, String> options(Settings settings, int requests) {
    Map<String, String> options = new HashMap<>();
    // Of each of two tasks, though each should get but half.
    options.put(MillraceOptions.QUEUE_MAX_PENDING.key(), Integer.toString(requests + 1_000));
    options.put(MillraceOptions.DELIVERY_GUARANTEE.key(), "at-least-once");
    // Far enough apart that there is something between them to compare with.
    options.put(
        CheckpointingOptions.CHECKPOINTING_INTERVAL.key(), CHECKPOINT_INTERVAL.toSeconds() + " s");
    options.putAll(settings.options());
    return options;
  }

  private static LoadPlan bulk(int requests) {
    return LoadPlan.of(
        new Traffic("default", LOW_PRIORITY, Optional.empty(), ArrivalSchedule.atOnce(requests)));
  }

  private static LoadPlan urgent(int requests) {
    double rate = TimedStreams.COUNT * MODEL.maximumRows() * 1e9 / MODEL.nanos(MODEL.maximumRows());
    long seconds = Math.max(3, (long) (URGENT_SHARE * requests / rate));
    return LoadPlan.of(
        new Traffic(
            "default",
            HIGH_PRIORITY,
            Optional.empty(),
            ArrivalSchedule.constant(1, Duration.ofSeconds(seconds))));
  }
}

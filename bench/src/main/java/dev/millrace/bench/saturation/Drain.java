package dev.millrace.bench.saturation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.systems.BenchContext;
import dev.millrace.bench.systems.Running;
import dev.millrace.bench.systems.SystemUnderTest;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workload;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Has a system answer a topic full of requests. Request i of the workload is on partition i modulo
 * the number of partitions, in order.
 */
public final class Drain {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  /** How long nothing may be committed before the system counts as stuck. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TestBed bed;
  private final Workload workload;
  private final Progress progress;

  public Drain(TestBed bed, Workload workload, Progress progress) {
    this.bed = bed;
    this.workload = workload;
    this.progress = progress;
  }

  /** A run that is under way. */
  private record Attempt(
      SystemUnderTest system, int requests, ResultTopic results, AnswerAudit audit) {}

  /**
   * Writes so many requests, then starts the system, and returns when each is answered.
   *
   * @param look runs now and then meanwhile
   * @throws BenchmarkException when the system fails, or gives no more answers
   */
  public AnswerAudit of(SystemUnderTest system, int requests, Runnable look)
      throws BenchmarkException, InterruptedException {
    BenchContext context = bed.newRun(system.name(), workload, Map.of());
    int[] written = Preload.write(context, requests);
    AnswerAudit audit = new AnswerAudit(written);
    try (ResultTopic results =
        new ResultTopic(context.bootstrapServers(), context.topics().results(), written.length)) {
      try (Running running = system.start(context)) {
        awaitAnswers(new Attempt(system, requests, results, audit), running, look);
      }
      // What the end of the job may have committed: an answer too many, say.
      results.readInto(audit);
    }
    bed.discard(context);
    return audit;
  }

  private void awaitAnswers(Attempt attempt, Running running, Runnable look)
      throws BenchmarkException, InterruptedException {
    long committed = 0;
    long since = System.nanoTime();
    while (!attempt.audit().complete()) {
      running.requireRunning();
      look.run();
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
      long now = attempt.results().committed();
      if (now > committed) {
        committed = now;
        since = System.nanoTime();
        progress.update(
            "%s: %d of %d answered"
                .formatted(
                    attempt.system().name(),
                    Math.min(now, attempt.requests()),
                    attempt.requests()));
      } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new BenchmarkException(
            "%s is stuck: nothing came for %d s after %d of %d answers"
                .formatted(
                    attempt.system().name(), PATIENCE.toSeconds(), committed, attempt.requests()));
      }
      if (committed >= attempt.requests()) {
        attempt.results().readInto(attempt.audit());
      }
    }
  }
}

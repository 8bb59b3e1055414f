package dev.millrace.bench.saturation;

import dev.millrace.bench.Progress;
import dev.millrace.bench.systems.EngineLimit;
import java.time.Duration;

/**
 * The batch size at which an engine alone is fastest.
 *
 * @param rate requests a second with it
 */
record BestBatch(int size, double rate) {
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration TRIAL = Duration.ofSeconds(1);

  /** Tries each size that is worth it. */
  static BestBatch find(EngineLimit engine, Progress progress) throws InterruptedException {
    BestBatch best = new BestBatch(1, 0);
    for (int size : engine.sizes()) {
      engine.throughput(size, WARM_UP);
      double rate = engine.throughput(size, TRIAL);
      progress.say("  engine alone, batches of %d: %,.0f/s".formatted(size, rate));
      if (rate > best.rate()) {
        best = new BestBatch(size, rate);
      }
    }
    return best;
  }
}

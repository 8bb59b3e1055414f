package dev.millrace.bench.openloop;

import dev.millrace.bench.systems.EngineLimit;
import java.time.Duration;
import java.util.Arrays;

/**
 * What an engine does alone, without Kafka and Flink.
 *
 * @param rate requests a second at the best batch size
 * @param batchSize the best
 * @param batchOfOne the median latency of a request that is scored alone on an idle engine
 */
record Capacity(double rate, int batchSize, Duration batchOfOne) {
  private static final Duration WARM_UP = Duration.ofMillis(700);
  private static final Duration TRIAL = Duration.ofSeconds(1);
  private static final int SINGLES = 100;

  /** Finds the best batch size, and measures with it. */
  static Capacity find(EngineLimit engine) throws InterruptedException {
    double best = 0;
    int bestSize = 1;
    for (int size : engine.sizes()) {
      engine.throughput(size, WARM_UP);
      double rate = engine.throughput(size, TRIAL);
      if (rate > best) {
        best = rate;
        bestSize = size;
      }
    }
    return measure(engine, bestSize);
  }

  /** Measures with a known best size. */
  static Capacity measure(EngineLimit engine, int batchSize) throws InterruptedException {
    double rate = engine.throughput(batchSize, TRIAL.multipliedBy(2));
    long[] singles = engine.latencies(1, SINGLES);
    Arrays.sort(singles);
    return new Capacity(rate, batchSize, Duration.ofNanos(singles[SINGLES / 2]));
  }

  double batchOfOneMillis() {
    return batchOfOne.toNanos() / 1e6;
  }
}

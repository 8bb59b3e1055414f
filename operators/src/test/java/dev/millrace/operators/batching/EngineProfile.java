package dev.millrace.operators.batching;

import java.util.Random;

/**
 * An engine whose batches take {@code perBatch + perRow · cost} milliseconds, give or take, each on
 * one of its streams.
 *
 * @param noise the standard deviation of the logarithm of how much longer or shorter batches take
 * @param pauses the share of batches that take three times as long
 */
record EngineProfile(
    int streams, int maximumRows, double perBatch, double perRow, double noise, double pauses) {

  /** A small convolutional net, two streams on two cores: 10,000 rows/s alone, 31,000 in 64s. */
  static final EngineProfile DIGITS = new EngineProfile(2, 64, 0.14, 0.062, 0.08, 0.002);

  /** A transformer encoder on the same cores: 122 rows/s alone, 154 in batches of 8. */
  static final EngineProfile ENCODER = new EngineProfile(2, 8, 3.8, 12.5, 0.05, 0.002);

  /** An accelerator: a batch of 256 takes but eight times as long as one row. */
  static final EngineProfile ACCELERATOR = new EngineProfile(1, 256, 5, 0.14, 0.03, 0.001);

  double milliseconds(long cost) {
    return perBatch + perRow * cost;
  }

  double milliseconds(long cost, Random random) {
    double factor = Math.exp(noise * random.nextGaussian() - noise * noise / 2);
    return milliseconds(cost) * factor * (random.nextDouble() < pauses ? 3 : 1);
  }

  /** Ten times what one row takes alone. */
  long timeout() {
    return Math.round(10 * milliseconds(1));
  }

  /** The most rows per millisecond, of whatever batches take no longer than this. */
  double capacity(double milliseconds) {
    double best = 0;
    for (int rows = 1; rows <= maximumRows && milliseconds(rows) <= milliseconds; rows++) {
      best = Math.max(best, streams * rows / milliseconds(rows));
    }
    return best;
  }

  double capacity() {
    return capacity(Double.POSITIVE_INFINITY);
  }

  /** The same where the clock counts other units than milliseconds. */
  EngineProfile times(double unitsPerMillisecond) {
    return new EngineProfile(
        streams,
        maximumRows,
        perBatch * unitsPerMillisecond,
        perRow * unitsPerMillisecond,
        noise,
        pauses);
  }
}

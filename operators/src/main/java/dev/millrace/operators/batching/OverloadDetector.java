package dev.millrace.operators.batching;

import dev.millrace.operators.queue.RequestQueue;

/**
 * Tells whether more waits than can be scored in time, from how long requests usually have when
 * they arrive, and what the {@link LatencyModel} says of batches that leave half of that for
 * waiting (the rule of Nexus for the largest batch that an objective allows).
 *
 * <p>Confined to one thread.
 */
final class OverloadDetector {
  /** The weight of the newest observation. */
  private static final double NEWEST = 0.05;

  private final LatencyModel latency;
  private final int maximumRows;
  private double patience = Double.NaN;
  private int running;
  private double concurrency = 1;

  OverloadDetector(LatencyModel latency, int maximumRows) {
    this.latency = latency;
    this.maximumRows = maximumRows;
  }

  /**
   * Hears of an arrival.
   *
   * @param milliseconds until its deadline, {@link Long#MAX_VALUE} without one
   */
  void arrived(long milliseconds) {
    if (milliseconds == Long.MAX_VALUE) {
      return;
    }
    double left = Math.max(0, milliseconds);
    patience = Double.isNaN(patience) ? left : patience + NEWEST * (left - patience);
  }

  void started() {
    running++;
    concurrency += NEWEST * (running - concurrency);
  }

  void ended() {
    running = Math.max(0, running - 1);
  }

  /** The rows of a batch that takes half the time that requests usually have. */
  long sustainableRows() {
    return Double.isNaN(patience)
        ? maximumRows
        : Math.max(1, Math.min(maximumRows, latency.rowsWithin(patience / 2)));
  }

  /** Whether the last of those that wait would usually be late. */
  boolean isOverloaded(RequestQueue queue) {
    if (Double.isNaN(patience) || !latency.isKnown()) {
      return false;
    }
    long rows = sustainableRows();
    double perRow = latency.predict(rows) / rows / Math.max(1, concurrency);
    return queue.rows() * perRow > patience;
  }
}

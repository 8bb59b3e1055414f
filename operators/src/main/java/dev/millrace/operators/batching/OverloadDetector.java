package dev.millrace.operators.batching;

import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.ShapeLanes;

/**
 * Tells when somebody will be late whatever is done, and how large batches should be then.
 *
 * <p>A request that has T milliseconds competes with those that came in about the last T: what has
 * waited for longer has more time, and can be answered later. If they came evenly, a share of 1 −
 * L/T of them has the time left that a batch of latency L takes. The largest batch for which that
 * share suffices answers most. It is what Nexus (Shen et al., SOSP 2019) plans from the request
 * rate beforehand, with L at most half of T; here the queue itself says how much there is to choose
 * from.
 *
 * <p>Confined to one thread.
 */
final class OverloadDetector {
  /** The weight of the newest observation. */
  private static final double NEWEST = 0.05;

  private final LatencyModel latency;
  private final int maximumRows;

  /** How long requests usually have, milliseconds, and the rows that came in about that time. */
  private double usualTimeout = Double.NaN;

  private double recentRows;
  private long lastArrival;

  private int running;
  private double concurrency = 1;

  OverloadDetector(LatencyModel latency, int maximumRows) {
    this.latency = latency;
    this.maximumRows = maximumRows;
  }

  /** Hears of an arrival. Those without a deadline never need to be answered before others. */
  void arrived(QueueEntry entry, long now) {
    if (!entry.hasDeadline()) {
      return;
    }
    double timeout = timeout(entry);
    usualTimeout =
        Double.isNaN(usualTimeout) ? timeout : usualTimeout + NEWEST * (timeout - usualTimeout);
    recentRows = recentRows(now) + entry.rows();
    lastArrival = now;
  }

  void started() {
    running++;
    // Rises at once, so that a burst after a quiet time finds the streams counted.
    concurrency = Math.max(running, concurrency + NEWEST * (running - concurrency));
  }

  void ended() {
    running = Math.max(0, running - 1);
  }

  /**
   * The most rows that a batch with this request should have, {@link Long#MAX_VALUE} while there is
   * no overload.
   *
   * @param waiting how many rows may be served before it or along with it
   */
  long largestBatch(QueueEntry entry, long waiting, long now) {
    if (!entry.hasDeadline() || !latency.isKnown()) {
      return Long.MAX_VALUE;
    }
    double timeout = timeout(entry);
    long competing = (long) Math.min((double) waiting, recentRows(now) * timeout / usualTimeout);
    long rows = sustainableRows(competing, timeout, ShapeLanes.longest(entry.shape()));
    double batch = latency.predict(rows * ShapeLanes.longest(entry.shape()));
    double allTogether = competing * batch / rows / concurrency;
    // Evenly come, they have half of the time left on average in which a batch must begin.
    return competing > rows && allTogether > (timeout - batch) / 2 ? rows : Long.MAX_VALUE;
  }

  private long sustainableRows(long competing, double timeout, long rowCost) {
    long fits = 1;
    long tooMany = Math.min(competing, maximumRows) + 1;
    while (tooMany - fits > 1) {
      long rows = (fits + tooMany) / 2;
      if (competing * (1 - latency.predict(rows * rowCost) / timeout) >= rows) {
        fits = rows;
      } else {
        tooMany = rows;
      }
    }
    return fits;
  }

  private double recentRows(long now) {
    return recentRows * Math.exp(-Math.max(0, now - lastArrival) / usualTimeout);
  }

  private static double timeout(QueueEntry entry) {
    return Math.max(1, entry.timeout());
  }
}

package dev.millrace.operators.batching;

import dev.millrace.operators.queue.QueueEntry;
import org.jspecify.annotations.Nullable;

/**
 * Finds the batch beyond which an engine scores little more in a second, and whoever comes only
 * waits longer: for the rest of the batch that runs, and then for all of its own. Where nearly all
 * time is that of rows it is small; where a device is as fast with many rows as with one it is the
 * largest there may be.
 *
 * <p>For batches that take a + b·n it is the n with the most <em>power</em>, throughput to some
 * exponent k over latency (Kleinrock, ICC 1979): n = k·a/b. With k = {@value #EXPONENT} it scores a
 * tenth less than an endless batch would, and the largest pays where it does not come near that.
 *
 * <p>The question is what the engine itself takes for a batch, a, and for a row, b, and on a
 * machine that is shared most batches take longer than that: a mean, or a line fitted to all of
 * them, finds an a in the noise. So it goes by the least time that batches of about a size have
 * taken lately, as BBR goes by the least round-trip time (Cardwell et al., ACM Queue 2016), and by
 * the line through the smallest and the largest size. While all batches have one size nothing is
 * known of b, and the largest pays. Every {@value #PROBE_EVERY}th batch is of twice the size that
 * pays, or of half where there is no more, so that there is another size to compare with.
 *
 * <p>Confined to one thread.
 */
final class BatchKnee {
  /** Milliseconds that a batch costs beside the engine, in the task that forms and ends it. */
  private static final double OVERHEAD = 1;

  /** What throughput is worth, against latency. */
  private static final double EXPONENT = 9;

  /** So many batches are remembered at least, and twice as many at most. */
  private static final int WINDOW = 1_024;

  private static final int PROBE_EVERY = 64;

  private @Nullable Least[] recent = new Least[Long.SIZE];
  private @Nullable Least[] older = new Least[Long.SIZE];
  private int observed;

  /** The batch that took the least time for its cost. */
  private record Least(long cost, double milliseconds) {
    boolean isBetterThan(@Nullable Least other) {
      return other == null || milliseconds * other.cost < other.milliseconds * cost;
    }
  }

  /**
   * Learns from a batch.
   *
   * @param cost in rows of length 1 (see {@link QueueEntry#cost()}), above 0
   * @param milliseconds from its start to its end
   */
  void observe(long cost, double milliseconds) {
    observed++;
    if (observed % WINDOW == 0) {
      older = recent;
      recent = new Least[Long.SIZE];
    }
    Least batch = new Least(cost, milliseconds);
    int size = Long.SIZE - 1 - Long.numberOfLeadingZeros(cost);
    if (batch.isBetterThan(recent[size])) {
      recent[size] = batch;
    }
  }

  /**
   * The rows of the next batch.
   *
   * @param most the rows of the largest batch
   * @param rowCost the cost of one row, its length where lengths vary
   */
  long rows(long most, long rowCost) {
    long rows = rowsThatPay(most, rowCost);
    if (observed % PROBE_EVERY < PROBE_EVERY - 1) {
      return rows;
    }
    return 2 * rows <= most ? 2 * rows : Math.max(1, rows / 2);
  }

  private long rowsThatPay(long most, long rowCost) {
    @Nullable Least small = null;
    @Nullable Least large = null;
    for (int size = 0; size < Long.SIZE; size++) {
      @Nullable Least least = least(size);
      if (least != null) {
        small = small == null ? least : small;
        large = least;
      }
    }
    if (small == null || large == null || small.cost == large.cost) {
      return most;
    }
    double slope = (large.milliseconds - small.milliseconds) / (large.cost - small.cost);
    double perCost = Math.max(0, Math.min(slope, small.milliseconds / small.cost));
    double perBatch = small.milliseconds - perCost * small.cost + OVERHEAD;
    double perRow = perCost * rowCost;
    return Math.min(most, (long) Math.ceil(EXPONENT * perBatch / perRow));
  }

  private @Nullable Least least(int size) {
    @Nullable Least one = recent[size];
    @Nullable Least other = older[size];
    return one != null && one.isBetterThan(other) ? one : other;
  }
}

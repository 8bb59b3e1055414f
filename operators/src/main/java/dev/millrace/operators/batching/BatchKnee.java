package dev.millrace.operators.batching;

import dev.millrace.operators.queue.QueueEntry;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the batch beyond which an engine scores little more in a second, and whoever comes only
 * waits longer: for the rest of the batch that runs, and then for all of its own. Where nearly all
 * time is that of rows it is small; where a device is as fast with many rows as with one it is the
 * largest there may be.
 *
 * <p>For batches that take a + b·n it is the n with the most <em>power</em>, throughput to some
 * exponent k over latency (Kleinrock, ICC 1979): n = k·a/b. With k = {@value #ALONE} it scores a
 * tenth less than an endless batch would, and the largest pays where it does not come near that.
 * While some requests overtake others that wait, latency is worth more, since theirs is that of
 * batches and not that of the queue: k = {@value #OVERTAKING}, a quarter less than an endless
 * batch, but no batch is cut that takes no more than {@value #UNNOTICED} ms.
 *
 * <p>The question is what the engine itself takes for a batch, a, and for a row, b, and on a
 * machine that is shared most batches take longer than that: a mean, or a line fitted to all of
 * them, finds an a in the noise. So it goes by the least time that batches of about a size have
 * taken lately, as BBR goes by the least round-trip time (Cardwell et al., ACM Queue 2016), and by
 * the line through the smallest and the largest size.
 *
 * <p>Both ends of the line must be of one age: a process that has just begun is many times slower
 * than it will be, and large batches from then beside small ones from now make rows look dear, so
 * that only small ones are formed, for as long as the large ones are remembered. Hence a size
 * counts once there are {@value #EVIDENCE} batches of it among the last few hundred, and until two
 * do, what was known before stands: at first what the engine took in its rehearsal, without which
 * the largest pays. Every {@value #PROBE_EVERY}th batch is of twice the size that pays, or of half
 * where there is no more, so that there is another size to compare with; more are while there is
 * none.
 *
 * <p>Confined to one thread.
 */
final class BatchKnee {
  /** Milliseconds that a batch costs beside the engine, in the task that forms and ends it. */
  private static final double OVERHEAD = 1;

  /** What throughput is worth, against latency. */
  private static final double ALONE = 9;

  /** The same while some overtake others. */
  private static final double OVERTAKING = 3;

  /** Milliseconds that a request takes on its way here and back anyway. */
  private static final double UNNOTICED = 10;

  /** So many batches are remembered at least, and twice as many at most. */
  private static final int WINDOW = 256;

  private static final int EVIDENCE = 4;
  private static final int PROBE_EVERY = 64;
  private static final int PROBE_EVERY_UNTIL_KNOWN = 8;

  /** By the power of two that the cost of a batch is not below. */
  private Size[] recent = sizes();

  private Size[] older = sizes();
  private int observed;

  /** Of one size, until there is another to compare it with. */
  private Size rehearsed = Size.NONE;

  /** Whether the batches that are remembered say what follows. */
  private boolean isKnown;

  /** Milliseconds of a batch, whatever its size; of a row of length 1. */
  private double perBatch;

  private double perCost;

  /** The batches of about one size: how many, and the one that took the least for its cost. */
  private record Size(int batches, long cost, double milliseconds) {
    private static final Size NONE = new Size(0, 1, Double.POSITIVE_INFINITY);

    Size and(Size other) {
      Size least = milliseconds * other.cost < other.milliseconds * cost ? this : other;
      return new Size(batches + other.batches, least.cost, least.milliseconds);
    }
  }

  private static Size[] sizes() {
    Size[] sizes = new Size[Long.SIZE];
    Arrays.fill(sizes, Size.NONE);
    return sizes;
  }

  /**
   * Takes a batch that was scored before any request came for what is known, until more is.
   *
   * @param cost in rows of length 1, above 0
   */
  void rehearsed(long cost, double milliseconds) {
    Size size = new Size(1, cost, milliseconds);
    if (rehearsed.batches == 0 || rehearsed.cost == cost) {
      rehearsed = rehearsed.and(size);
    } else if (rehearsed.cost < cost) {
      fit(rehearsed, size);
    } else {
      fit(size, rehearsed);
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
      recent = sizes();
    }
    int size = Long.SIZE - 1 - Long.numberOfLeadingZeros(cost);
    recent[size] = recent[size].and(new Size(1, cost, milliseconds));
    List<Size> known =
        IntStream.range(0, Long.SIZE)
            .mapToObj(i -> recent[i].and(older[i]))
            .filter(batches -> batches.batches >= EVIDENCE)
            .toList();
    isKnown = known.size() > 1;
    if (isKnown) {
      fit(known.get(0), known.get(known.size() - 1));
    }
  }

  private void fit(Size small, Size large) {
    double slope = (large.milliseconds - small.milliseconds) / (large.cost - small.cost);
    perCost = Math.max(0, Math.min(slope, small.milliseconds / small.cost));
    perBatch = small.milliseconds - perCost * small.cost;
  }

  /**
   * The rows of the next batch.
   *
   * @param most the rows of the largest batch
   * @param rowCost the cost of one row, its length where lengths vary
   * @param overtaking whether some requests are served before others that have waited for longer
   */
  long rows(long most, long rowCost, boolean overtaking) {
    double perRow = perCost * rowCost;
    double paying = (overtaking ? OVERTAKING : ALONE) * (perBatch + OVERHEAD) / perRow;
    double unnoticed = overtaking ? Math.floor((UNNOTICED - perBatch) / perRow) : 0;
    long rows = Math.min(most, (long) Math.max(Math.ceil(paying), unnoticed));
    int probeEvery = isKnown ? PROBE_EVERY : PROBE_EVERY_UNTIL_KNOWN;
    if (observed % probeEvery < probeEvery - 1) {
      return rows;
    }
    return 2 * rows <= most ? 2 * rows : Math.max(1, rows / 2);
  }
}

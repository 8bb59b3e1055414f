package dev.millrace.operators.queue;

/**
 * Numbers requests in the order in which they arrive.
 *
 * <p>A number holds the time of arrival in its upper bits, so that numbers given by different tasks
 * still compare by time after a rescale has brought their lanes together, and the time a request
 * has waited survives a restore. Numbers only ever grow, even if the clock steps back.
 */
public final class Arrivals {
  /** Room for a million arrivals in a millisecond before the numbers run ahead of the clock. */
  private static final int COUNTER_BITS = 20;

  private long last;

  /** The number of a request that arrives now, epoch milliseconds. */
  public long next(long now) {
    last = Math.max(last + 1, now << COUNTER_BITS);
    return last;
  }

  /** Makes sure that later numbers follow one that was given before a restore. */
  public void follow(long arrival) {
    last = Math.max(last, arrival);
  }

  /** When the request with this number arrived, epoch milliseconds. */
  public static long timeOf(long arrival) {
    return arrival >> COUNTER_BITS;
  }
}

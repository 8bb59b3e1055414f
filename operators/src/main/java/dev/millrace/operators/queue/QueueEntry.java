package dev.millrace.operators.queue;

import org.jspecify.annotations.Nullable;

/**
 * What the order of service needs to know of a waiting request.
 *
 * <p>There is one for each of perhaps a million requests, so its fields are counted: 72 bytes with
 * compressed references. Entries are equal when they name the same request.
 */
public final class QueueEntry {
  private final int laneKey;
  private final long arrival;
  private final int priority;
  private final long deadline;
  private final int rows;
  private final int shape;
  private final long name;

  /** Kept by the queue: the flow it waits in, null when it does not wait. */
  @Nullable TenantFlow flow;

  /** Kept by the queue: an entry waits once; whoever is to wait again is given another. */
  boolean used;

  /** Kept by the queue: the requests of the same name, as a list that any of them can leave. */
  @Nullable QueueEntry nextNamesake;

  @Nullable QueueEntry previousNamesake;

  /**
   * @param laneKey the Flink key under which the request is kept
   * @param arrival its arrival number (see {@link Arrivals}); with the lane, it names the request
   * @param priority 1 is soonest
   * @param deadline epoch milliseconds, {@link Long#MAX_VALUE} for none
   * @param rows how many rows of a batch it takes
   * @param shape the shape lane: only requests of one shape lane are scored together
   * @param name a hash of tenant and request id, by which it can be found again
   */
  public QueueEntry(
      int laneKey, long arrival, int priority, long deadline, int rows, int shape, long name) {
    if (priority < 1) {
      throw new IllegalArgumentException("priority " + priority + " is not positive");
    }
    if (rows < 1) {
      throw new IllegalArgumentException("a request of " + rows + " rows");
    }
    this.laneKey = laneKey;
    this.arrival = arrival;
    this.priority = priority;
    this.deadline = deadline;
    this.rows = rows;
    this.shape = shape;
    this.name = name;
  }

  /** The Flink key under which the request is kept. */
  public int laneKey() {
    return laneKey;
  }

  /** The arrival number. */
  public long arrival() {
    return arrival;
  }

  /** The level; 1 is soonest. */
  public int priority() {
    return priority;
  }

  /** Epoch milliseconds, {@link Long#MAX_VALUE} for none. */
  public long deadline() {
    return deadline;
  }

  /** How many rows of a batch it takes. */
  public int rows() {
    return rows;
  }

  /** The shape lane. */
  public int shape() {
    return shape;
  }

  /** A hash of tenant and request id. */
  public long name() {
    return name;
  }

  /** Whether there is a time from which on its answer is of no use. */
  public boolean hasDeadline() {
    return deadline != Long.MAX_VALUE;
  }

  /**
   * How many milliseconds it had when it arrived; not positive when it came too late, and without
   * meaning when it has no deadline.
   */
  public long timeout() {
    return deadline - Arrivals.timeOf(arrival);
  }

  /**
   * What scoring it takes, in rows of the shortest length: its rows times the length to which they
   * are padded.
   */
  public long cost() {
    return (long) rows * ShapeLanes.longest(shape);
  }

  /** How many milliseconds it has waited. */
  public long waited(long now) {
    return now - Arrivals.timeOf(arrival);
  }

  /** The same request, to wait once more. */
  public QueueEntry again() {
    return new QueueEntry(laneKey, arrival, priority, deadline, rows, shape, name);
  }

  /** Whether it waits in a queue. */
  public boolean isWaiting() {
    return flow != null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QueueEntry entry
        && entry.arrival == arrival
        && entry.laneKey == laneKey;
  }

  @Override
  public int hashCode() {
    return 31 * laneKey + Long.hashCode(arrival);
  }

  @Override
  public String toString() {
    return "request %d of lane key %d, priority %d".formatted(arrival, laneKey, priority);
  }
}

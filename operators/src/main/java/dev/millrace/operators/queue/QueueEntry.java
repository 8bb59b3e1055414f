package dev.millrace.operators.queue;

/**
 * What the order of service needs to know of a waiting request.
 *
 * @param laneKey the Flink key under which the request is kept
 * @param arrival its arrival number (see {@link Arrivals}); with the lane, it names the request
 * @param priority 1 is soonest
 * @param deadline epoch milliseconds
 * @param rows how many rows of a batch it takes
 */
public record QueueEntry(int laneKey, long arrival, int priority, long deadline, int rows) {
  public QueueEntry {
    if (priority < 1) {
      throw new IllegalArgumentException("priority " + priority + " is not positive");
    }
    if (rows < 1) {
      throw new IllegalArgumentException("a request of " + rows + " rows");
    }
  }
}

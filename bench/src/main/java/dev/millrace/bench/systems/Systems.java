package dev.millrace.bench.systems;

import java.time.Duration;

/** The systems there are. */
public final class Systems {
  private Systems() {}

  /** Kafka to Flink to Kafka without scoring: each value comes back as it is. */
  public static SystemUnderTest passThrough() {
    return new PassThrough(false);
  }

  /** The same, with a network exchange between source and sink as every batching job has one. */
  public static SystemUnderTest passThroughKeyed() {
    return new PassThrough(true);
  }

  /**
   * {@code AsyncDataStream}, one request a call of the engine.
   *
   * @param capacity how many requests a task has under way
   */
  public static SystemUnderTest perRecord(int capacity) {
    return new PerRecord(capacity);
  }

  /**
   * Keyed windows by count or processing time, and {@code AsyncDataStream} over the batches.
   *
   * @param size how many requests make a batch
   * @param delay how long after the first a batch is closed that is not full
   */
  public static SystemUnderTest window(int size, Duration delay) {
    return new CountOrTimeWindow(size, delay);
  }

  /** The job of this repository. */
  public static SystemUnderTest millrace() {
    return new MillraceJob();
  }
}

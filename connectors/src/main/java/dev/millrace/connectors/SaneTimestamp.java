package dev.millrace.connectors;

/** Keeps a timestamp out of Kafka that Kafka would refuse. */
final class SaneTimestamp {
  private SaneTimestamp() {}

  /**
   * The timestamp itself when it lies in {@code [0, now]}, else now. A producer throws for negative
   * timestamps, and a broker refuses those that lie in its future ({@code
   * message.timestamp.after.max.ms}, one hour by default since Kafka 4.0): both would fail the job
   * on nothing but data.
   *
   * @param timestamp epoch milliseconds
   * @param now epoch milliseconds
   */
  static long of(long timestamp, long now) {
    return timestamp >= 0 && timestamp <= now ? timestamp : now;
  }
}

package dev.millrace.operators.admission;

/** Knows which topics can take replies. */
@FunctionalInterface
public interface ReplyTopics extends AutoCloseable {
  /**
   * How many partitions a topic has; 0 when there is no such topic. May ask the broker, and then
   * for a bounded time only.
   */
  int partitions(String topic);

  @Override
  default void close() {}
}

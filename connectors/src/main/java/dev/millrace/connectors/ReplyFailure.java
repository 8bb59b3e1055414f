package dev.millrace.connectors;

import java.io.IOException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What it means that a reply could not be written. */
sealed interface ReplyFailure {
  /** It is about this reply: it stays undelivered, and the others go on. */
  record Undeliverable(String topic, Exception cause) implements ReplyFailure {}

  /** It is about Kafka: the job starts again from its checkpoint and writes the reply then. */
  record Broken(IOException cause) implements ReplyFailure {}

  /**
   * Tells the two apart.
   *
   * @param topics asked when the error does not tell: a time-out is what a producer reports when a
   *     topic was deleted as well as when the broker is away
   */
  static ReplyFailure of(String topic, int partition, Exception error, TopicPartitions topics) {
    if (isAboutTheRecord(error)) {
      return new Undeliverable(topic, error);
    }
    if (error instanceof TimeoutException) {
      topics.forget(topic);
      if (topics.partitions(topic) <= partition) {
        return new Undeliverable(topic, error);
      }
    }
    return new Broken(new IOException("cannot write a reply to '" + topic + "'", error));
  }

  private static boolean isAboutTheRecord(Exception error) {
    return error instanceof UnknownTopicOrPartitionException
        || error instanceof InvalidTopicException
        || error instanceof InvalidPartitionsException
        || error instanceof TopicAuthorizationException
        || error instanceof RecordTooLargeException
        || error instanceof RecordBatchTooLargeException
        || error instanceof InvalidTimestampException
        || error instanceof PolicyViolationException;
  }
}

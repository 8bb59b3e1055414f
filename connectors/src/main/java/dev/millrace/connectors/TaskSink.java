package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** Writes the states of tasks to Kafka, all of one task to one partition. */
public final class TaskSink {
  private TaskSink() {}

  /**
   * A sink for records that have a key and are no larger than {@code maximumRecordBytes}; a larger
   * one fails the job, and so does one without key where the topic is compacted.
   *
   * @param topic where records go
   * @param guarantee as {@link ResultSink#create} has it
   * @param transactionalIdPrefix as {@link ResultSink#create} has it; both may have the same
   * @param maximumRecordBytes positive
   */
  public static KafkaSink<OutboundRecord> create(
      KafkaConnection connection,
      String topic,
      DeliveryGuarantee guarantee,
      String transactionalIdPrefix,
      int maximumRecordBytes) {
    return RecordSink.create(
        connection, topic, guarantee, transactionalIdPrefix + "-tasks", maximumRecordBytes);
  }
}

package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** Writes results to Kafka. */
public final class ResultSink {
  private ResultSink() {}

  /**
   * A sink for records that are no larger than {@code maximumRecordBytes}; a larger one fails the
   * job, so whoever makes the records keeps to {@link OutboundRecord#maximumSerializedSize()}.
   *
   * @param topic where a record goes that names no topic of its own
   * @param guarantee with {@link DeliveryGuarantee#EXACTLY_ONCE} a record can be read by {@code
   *     read_committed} consumers when its checkpoint is complete, with {@link
   *     DeliveryGuarantee#AT_LEAST_ONCE} at once, and after a failure again
   * @param transactionalIdPrefix tells the transactions of this job from those of others on the
   *     same Kafka, and must stay the same from one start to the next
   * @param maximumRecordBytes positive
   */
  public static KafkaSink<OutboundRecord> create(
      KafkaConnection connection,
      String topic,
      DeliveryGuarantee guarantee,
      String transactionalIdPrefix,
      int maximumRecordBytes) {
    return RecordSink.create(
        connection, topic, guarantee, transactionalIdPrefix + "-results", maximumRecordBytes);
  }
}

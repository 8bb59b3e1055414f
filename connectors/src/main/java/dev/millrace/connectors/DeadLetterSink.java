package dev.millrace.connectors;

import dev.millrace.protocol.DeadLetter;
import java.time.InstantSource;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** Writes records that no request could be read out of to Kafka, with what was wrong with them. */
public final class DeadLetterSink {
  /** The smallest {@code maximumRecordBytes}: what is said about a dead letter fits in it. */
  public static final int SMALLEST_MAXIMUM_RECORD_BYTES = DeadLetterWriter.SMALLEST_MAXIMUM_BYTES;

  private DeadLetterSink() {}

  /**
   * A sink for dead letters. A record has the original key, value, headers and timestamp, and the
   * {@code __connect.errors.*} headers. What would make it larger than {@code maximumRecordBytes}
   * is cut, first off the value, and told in headers: {@code millrace-original-length} and {@code
   * millrace-original-sha256} of the value, {@code millrace-headers-dropped}, {@code
   * millrace-key-length}. A timestamp that Kafka would refuse is replaced by the time of writing
   * and kept in {@code millrace-original-timestamp}.
   *
   * @param guarantee as {@link ResultSink#create} has it
   * @param transactionalIdPrefix as {@link ResultSink#create} has it; both may have the same
   * @param maximumRecordBytes at least {@link #SMALLEST_MAXIMUM_RECORD_BYTES}
   */
  public static KafkaSink<DeadLetter> create(
      KafkaConnection connection,
      String topic,
      DeliveryGuarantee guarantee,
      String transactionalIdPrefix,
      int maximumRecordBytes) {
    DeadLetterWriter writer = new DeadLetterWriter(maximumRecordBytes);
    return KafkaSink.<DeadLetter>builder()
        .setKafkaProducerConfig(ProducerProperties.of(connection, maximumRecordBytes, guarantee))
        .setDeliveryGuarantee(guarantee)
        .setTransactionalIdPrefix(transactionalIdPrefix + "-dead-letters")
        .setRecordSerializer(new DeadLetterSerializer(topic, writer, InstantSource.system()))
        .build();
  }
}

package dev.millrace.connectors;

import dev.millrace.protocol.DeadLetter;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes the dead-letter topic. */
public final class DeadLetterSink {
  private DeadLetterSink() {}

  /**
   * A sink for dead letters.
   *
   * @param transactionalIdPrefix of the job; the sink adds its own name
   * @param maximumRecordBytes the most bytes of a record with key and headers; what is larger is
   *     cut
   */
  public static KafkaSink<DeadLetter> create(
      KafkaConnection connection,
      String topic,
      DeliveryGuarantee guarantee,
      String transactionalIdPrefix,
      int maximumRecordBytes) {
    return KafkaSinks.create(
        connection,
        new Serializer(topic, maximumRecordBytes),
        guarantee,
        transactionalIdPrefix + "-dead-letters",
        maximumRecordBytes);
  }

  private static final class Serializer implements KafkaRecordSerializationSchema<DeadLetter> {
    private static final long serialVersionUID = 1L;

    private final String topic;
    private final int maximumRecordBytes;

    Serializer(String topic, int maximumRecordBytes) {
      this.topic = topic;
      this.maximumRecordBytes = maximumRecordBytes;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        DeadLetter letter, KafkaSinkContext context, Long timestamp) {
      DeadLetterRecord record =
          new DeadLetterRecord(letter, maximumRecordBytes, System.currentTimeMillis());
      return record.toProducerRecord(topic);
    }
  }
}

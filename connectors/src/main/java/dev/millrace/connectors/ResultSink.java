package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes the result topic. */
public final class ResultSink {
  private ResultSink() {}

  /**
   * A sink for results.
   *
   * @param transactionalIdPrefix of the job; the sink adds its own name
   * @param maximumRecordBytes the most bytes of a record with key and headers
   */
  public static KafkaSink<OutboundRecord> create(
      KafkaConnection connection,
      String topic,
      DeliveryGuarantee guarantee,
      String transactionalIdPrefix,
      int maximumRecordBytes) {
    return KafkaSinks.create(
        connection,
        new Serializer(topic),
        guarantee,
        transactionalIdPrefix + "-results",
        maximumRecordBytes);
  }

  private static final class Serializer implements KafkaRecordSerializationSchema<OutboundRecord> {
    private static final long serialVersionUID = 1L;

    private final String topic;

    Serializer(String topic) {
      this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        OutboundRecord record, KafkaSinkContext context, Long timestamp) {
      return KafkaRecords.of(record, topic);
    }
  }
}

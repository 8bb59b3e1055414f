package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as it says. The timestamp that Flink brings along is left aside: the record's own
 * is the time of the answer.
 */
final class OutboundRecordSerializer implements KafkaRecordSerializationSchema<OutboundRecord> {
  private final String defaultTopic;
  private final InstantSource clock;

  OutboundRecordSerializer(String defaultTopic, InstantSource clock) {
    this.defaultTopic = defaultTopic;
    this.clock = clock;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutboundRecord record, KafkaSinkContext context, @Nullable Long flinkTimestamp) {
    String topic = record.topic() == null ? defaultTopic : record.topic();
    return producerRecord(topic, record.partition(), record, clock.millis());
  }

  /**
   * The record for a topic, with a timestamp that Kafka takes at the time {@code now}.
   *
   * @param partition null for where its key, or else Kafka's client, has it go
   */
  static ProducerRecord<byte[], byte[]> producerRecord(
      String topic, @Nullable Integer partition, OutboundRecord record, long now) {
    return new ProducerRecord<>(
        topic,
        partition,
        SaneTimestamp.of(record.timestamp(), now),
        record.key(),
        record.value(),
        kafkaHeaders(record.headers()));
  }

  static List<Header> kafkaHeaders(List<RecordHeader> headers) {
    List<Header> kafka = new ArrayList<>(headers.size());
    for (RecordHeader header : headers) {
      kafka.add(
          new org.apache.kafka.common.header.internals.RecordHeader(header.name(), header.value()));
    }
    return kafka;
  }
}

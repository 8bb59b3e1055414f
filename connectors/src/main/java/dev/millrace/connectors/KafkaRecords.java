package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Millrace's records as Kafka's. */
final class KafkaRecords {
  private KafkaRecords() {}

  /** The record as a producer takes it; its own topic wins over the default one. */
  static ProducerRecord<byte[], byte[]> of(OutboundRecord record, String defaultTopic) {
    String topic = record.topic();
    return new ProducerRecord<>(
        topic == null ? defaultTopic : topic,
        record.partition(),
        record.timestamp(),
        record.key(),
        record.value(),
        headers(record.headers()));
  }

  static List<Header> headers(List<RecordHeader> headers) {
    List<Header> converted = new ArrayList<>(headers.size());
    for (RecordHeader header : headers) {
      converted.add(
          new org.apache.kafka.common.header.internals.RecordHeader(header.name(), header.value()));
    }
    return converted;
  }
}

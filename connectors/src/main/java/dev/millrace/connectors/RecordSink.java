package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import java.time.InstantSource;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/** What the sinks that follow checkpoints have in common. */
final class RecordSink {
  private RecordSink() {}

  /** As {@link ResultSink#create} has it, but that the transactional ids begin as told. */
  static KafkaSink<OutboundRecord> create(
      KafkaConnection connection,
      String topic,
      DeliveryGuarantee guarantee,
      String transactionalIdPrefix,
      int maximumRecordBytes) {
    return KafkaSink.<OutboundRecord>builder()
        .setKafkaProducerConfig(ProducerProperties.of(connection, maximumRecordBytes, guarantee))
        .setDeliveryGuarantee(guarantee)
        .setTransactionalIdPrefix(transactionalIdPrefix)
        .setRecordSerializer(new OutboundRecordSerializer(topic, InstantSource.system()))
        .build();
  }
}

package dev.millrace.connectors;

import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.SourceRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.header.Header;

/**
 * Reads the request topic. Records are taken as they are; nothing is decoded here, so nothing can
 * fail here.
 */
public final class RequestSource {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "isolation.level", "read_committed",
          "partition.discovery.interval.ms", "10000");

  private RequestSource() {}

  /**
   * A source that begins, without a checkpoint, at the group's committed offsets, else at the
   * earliest record.
   *
   * @param groupId the consumer group to which checkpoints commit their offsets
   */
  // The connector's own interface still takes the type that Kafka has deprecated.
  @SuppressWarnings("deprecation")
  public static KafkaSource<SourceRecord> create(
      KafkaConnection connection, String topic, String groupId) {
    return KafkaSource.<SourceRecord>builder()
        .setProperties(connection.clientProperties(DEFAULTS))
        .setTopics(topic)
        .setGroupId(groupId)
        .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
        .setDeserializer(new Deserializer())
        .build();
  }

  /** Copies a record. */
  static final class Deserializer implements KafkaRecordDeserializationSchema<SourceRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> consumed, Collector<SourceRecord> out) {
      List<RecordHeader> headers = new ArrayList<>();
      for (Header header : consumed.headers()) {
        headers.add(new RecordHeader(header.key(), header.value()));
      }
      out.collect(
          new SourceRecord(
              new RecordCoordinates(consumed.topic(), consumed.partition(), consumed.offset()),
              consumed.timestamp(),
              consumed.key(),
              consumed.value(),
              headers));
    }

    @Override
    public TypeInformation<SourceRecord> getProducedType() {
      return TypeInformation.of(SourceRecord.class);
    }
  }
}

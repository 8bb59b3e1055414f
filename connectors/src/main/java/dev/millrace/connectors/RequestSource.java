package dev.millrace.connectors;

import dev.millrace.protocol.SourceRecord;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** Reads requests, as raw records, from Kafka. */
public final class RequestSource {
  /** How soon partitions that were added to the topic are read. */
  private static final Duration PARTITION_DISCOVERY = Duration.ofSeconds(10);

  private RequestSource() {}

  /**
   * A source that goes on at the offsets the group committed, and at the earliest record of a
   * partition where it committed none. Offsets of a restored checkpoint win over both. Requests of
   * aborted transactions are not read.
   *
   * @param groupId the consumer group whose offsets follow the checkpoints
   */
  @SuppressWarnings("deprecation") // The connector's own API still speaks in this enum.
  public static KafkaSource<SourceRecord> create(
      KafkaConnection connection, String topic, String groupId) {
    Properties consumer = connection.clientProperties();
    consumer.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.setProperty(
        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
        Long.toString(PARTITION_DISCOVERY.toMillis()));
    return KafkaSource.<SourceRecord>builder()
        .setProperties(consumer)
        .setTopics(topic)
        .setGroupId(groupId)
        .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
        .setDeserializer(new SourceRecordDeserializer())
        .build();
  }
}

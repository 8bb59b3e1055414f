package dev.millrace.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundRecordSerializerTest {
  private static final long NOW = 1_790_000_000_000L;
  private static final byte[] BYTES = {1, 2};

  private final OutboundRecordSerializer serializer =
      new OutboundRecordSerializer("results", () -> Instant.ofEpochMilli(NOW));

  @Test
  void sendsARecordWithoutATopicToTheDefaultTopic() {
    assertThat(serialize(record(null, null, NOW)).topic()).isEqualTo("results");
  }

  @Test
  void sendsARecordToItsOwnTopicAndPartition() {
    ProducerRecord<byte[], byte[]> sent = serialize(record("replies", 4, NOW));

    assertThat(sent.topic()).isEqualTo("replies");
    assertThat(sent.partition()).isEqualTo(4);
  }

  @Test
  void keepsKeyValueHeadersAndTime() {
    OutboundRecord record =
        new OutboundRecord(
            null, null, NOW - 9, BYTES, BYTES, List.of(new RecordHeader("empty", null)));

    ProducerRecord<byte[], byte[]> sent = serialize(record);

    assertThat(sent.key()).isEqualTo(BYTES);
    assertThat(sent.value()).isEqualTo(BYTES);
    assertThat(sent.timestamp()).isEqualTo(NOW - 9);
    assertThat(sent.headers()).singleElement().satisfies(h -> assertThat(h.value()).isNull());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, NOW + 1, Long.MAX_VALUE})
  void writesNowForATimeThatKafkaWouldRefuse(long timestamp) {
    assertThat(serialize(record(null, null, timestamp)).timestamp()).isEqualTo(NOW);
  }

  private ProducerRecord<byte[], byte[]> serialize(OutboundRecord record) {
    return serializer.serialize(record, new NoContext(), Long.MAX_VALUE);
  }

  private static OutboundRecord record(
      @Nullable String topic, @Nullable Integer partition, long timestamp) {
    return new OutboundRecord(topic, partition, timestamp, null, BYTES, List.of());
  }
}

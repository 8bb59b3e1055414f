package dev.millrace.connectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyWriterTest {
  private static final SinkWriter.Context NO_CONTEXT =
      new SinkWriter.Context() {
        @Override
        public long currentWatermark() {
          return Long.MIN_VALUE;
        }

        @Override
        public @Nullable Long timestamp() {
          return null;
        }
      };

  private final SinkWriterMetricGroup metrics =
      UnregisteredMetricsGroup.createSinkWriterMetricGroup();
  private final UndeliverableReplies undeliverable = new UndeliverableReplies(metrics);
  private final SettableTopicDirectory directory = new SettableTopicDirectory();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final ReplyWriter writer =
      new ReplyWriter(producer, new TopicPartitions(directory, () -> 0), undeliverable, metrics);

  @Test
  void sendsAReplyToItsTopicAndPartition() throws Exception {
    directory.create("replies", 3);

    writer.write(reply("replies", 2), NO_CONTEXT);

    assertThat(producer.history())
        .singleElement()
        .satisfies(sent -> assertThat(sent.topic()).isEqualTo("replies"))
        .satisfies(sent -> assertThat(sent.partition()).isEqualTo(2));
  }

  @Test
  void allThatBelongsToARequestWithoutAKeyGoesToOnePartition() throws Exception {
    directory.create("replies", 7);
    for (int number = 0; number < 40; number++) {
      writer.write(replyTo("request-" + number % 20), NO_CONTEXT);
    }

    List<Integer> partitions = producer.history().stream().map(sent -> sent.partition()).toList();
    assertThat(partitions.subList(20, 40)).isEqualTo(partitions.subList(0, 20));
    assertThat(partitions).doesNotContainNull();
    assertThat(Set.copyOf(partitions)).as("partitions used").hasSizeGreaterThan(3);
  }

  private static OutboundRecord replyTo(String id) {
    return new OutboundRecord(
        "replies",
        null,
        0,
        null,
        new byte[] {1},
        List.of(new RecordHeader(HeaderNames.REQUEST_ID, id.getBytes(UTF_8))));
  }

  @Test
  void neverHandsTheProducerATopicItWouldWaitFor() throws Exception {
    directory.create("replies", 3);

    writer.write(reply("gone", null), NO_CONTEXT);
    writer.write(reply("not a topic", null), NO_CONTEXT);
    writer.write(reply("replies", 3), NO_CONTEXT);
    writer.write(reply("replies", -1), NO_CONTEXT);
    writer.flush(false);

    assertThat(producer.history()).isEmpty();
    assertThat(undeliverable.count()).isEqualTo(4);
  }

  @Test
  void waitsAtACheckpointUntilEveryReplyIsWritten() throws Exception {
    directory.create("replies", 3);
    writer.write(reply("replies", null), NO_CONTEXT);
    writer.write(reply("replies", null), NO_CONTEXT);

    writer.flush(false);

    assertThat(producer.flushed()).isTrue();
    assertThat(undeliverable.count()).isZero();
  }

  static Stream<RuntimeException> errorsAboutTheRecord() {
    return Stream.of(
        new UnknownTopicOrPartitionException("gone"),
        new InvalidTopicException("bad"),
        new RecordTooLargeException("large"),
        new InvalidTimestampException("early"),
        new TopicAuthorizationException("private"));
  }

  @ParameterizedTest
  @MethodSource("errorsAboutTheRecord")
  void countsAReplyThatKafkaRefusesAndGoesOn(RuntimeException error) throws Exception {
    directory.create("replies", 3);
    writer.write(reply("replies", null), NO_CONTEXT);
    producer.errorNext(error);

    writer.write(reply("replies", null), NO_CONTEXT);
    writer.flush(false);

    assertThat(undeliverable.count()).isEqualTo(1);
  }

  @Test
  void takesATimeoutForADeletedTopicWhenTheTopicIsGone() throws Exception {
    directory.create("replies", 3);
    writer.write(reply("replies", null), NO_CONTEXT);
    directory.delete("replies");
    producer.errorNext(new TimeoutException("Topic replies not present in metadata"));

    writer.flush(false);

    assertThat(undeliverable.count()).isEqualTo(1);
  }

  static Stream<RuntimeException> errorsAboutKafka() {
    return Stream.of(
        new TimeoutException("Expiring 1 record"),
        new BufferExhaustedException("full"),
        new ClusterAuthorizationException("no"),
        new KafkaException("broken"));
  }

  @ParameterizedTest
  @MethodSource("errorsAboutKafka")
  void failsAtTheNextCheckpointWhenKafkaFails(RuntimeException error) throws Exception {
    directory.create("replies", 3);
    writer.write(reply("replies", null), NO_CONTEXT);
    producer.errorNext(error);

    assertThatThrownBy(() -> writer.flush(false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("replies")
        .hasCause(error);
  }

  @Test
  void failsAtTheNextReplyWhenKafkaFails() throws Exception {
    directory.create("replies", 3);
    writer.write(reply("replies", null), NO_CONTEXT);
    producer.errorNext(new KafkaException("broken"));

    assertThatThrownBy(() -> writer.write(reply("replies", null), NO_CONTEXT))
        .isInstanceOf(IOException.class);
  }

  @Test
  void losesNoReplyWhileTheBrokerIsAway() throws Exception {
    directory.goAway();
    writer.write(reply("replies", 7), NO_CONTEXT);
    producer.errorNext(new TimeoutException("Topic replies not present in metadata"));

    assertThatThrownBy(() -> writer.flush(false)).isInstanceOf(IOException.class);
    assertThat(undeliverable.count()).isZero();
  }

  @Test
  void closesWhatItUses() {
    writer.close();

    assertThat(producer.closed()).isTrue();
    assertThat(directory.isClosed()).isTrue();
  }

  private static OutboundRecord reply(String topic, @Nullable Integer partition) {
    return new OutboundRecord(topic, partition, 1, null, new byte[] {1}, List.of());
  }
}

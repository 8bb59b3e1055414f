package dev.millrace.connectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.LocalBroker;
import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.SourceRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The source and the sinks in a Flink job, against a real broker. No job here may restart. */
class KafkaConnectorsIT {
  private static final int LIMIT = 1_048_576;
  private static final Map<String, String> LARGE_REQUESTS = Map.of("max.message.bytes", "20000000");

  /**
   * As long as those of every answer. A record of a few bytes could share the batch of one that is
   * too large for its topic, and Kafka's producer then splits that batch in vain until its delivery
   * times out.
   */
  private static final List<dev.millrace.protocol.RecordHeader> REPLY_HEADERS =
      List.of(new dev.millrace.protocol.RecordHeader("millrace-request-id", new byte[36]));

  /** What a broker that was told nothing else takes. */
  private static final Map<String, String> DEFAULT_SIZE = Map.of("max.message.bytes", "1048588");

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static LocalBroker broker;
  private static TestTopics topics;

  private @Nullable JobClient job;

  @BeforeAll
  static void startKafka(@TempDir Path directory) throws Exception {
    broker = LocalBroker.start(BrokerConfiguration.defaults(directory));
    topics = new TestTopics(broker.bootstrapServers());
  }

  @AfterAll
  static void stopKafka() throws Exception {
    topics.close();
    broker.close();
  }

  @AfterEach
  void theJobNeverFailed() throws Exception {
    JobClient running = job;
    if (running == null) {
      return;
    }
    assertThat(running.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    running.cancel().get();
    await().until(() -> running.getJobStatus().get().isGloballyTerminalState());
  }

  @Test
  void bytesThatGoInComeOut() throws Exception {
    topics.create("bytes.requests", 1, Map.of());
    topics.create("bytes.letters", 1, Map.of());
    RecordHeaders headers =
        new RecordHeaders(
            List.of(
                new RecordHeader("twice", new byte[] {0, -1}),
                new RecordHeader("twice", (byte[]) null),
                new RecordHeader("", new byte[0])));
    List<ProducerRecord<byte[], byte[]>> sent =
        List.of(
            new ProducerRecord<>("bytes.requests", 0, 5L, bytes("key"), bytes("value"), headers),
            new ProducerRecord<>("bytes.requests", 0, 6L, null, bytes("no key"), List.of()),
            new ProducerRecord<>("bytes.requests", 0, 7L, bytes("tombstone"), null, headers),
            new ProducerRecord<>("bytes.requests", 0, 8L, null, null, List.of()),
            new ProducerRecord<>("bytes.requests", 0, 9L, new byte[0], new byte[0], List.of()));
    for (ProducerRecord<byte[], byte[]> record : sent) {
      topics.send(record);
    }

    startDeadLetters("bytes");

    List<ConsumerRecord<byte[], byte[]>> received =
        topics.read("bytes.letters", "read_committed", 5);
    for (int i = 0; i < sent.size(); i++) {
      assertThat(received.get(i).key()).isEqualTo(sent.get(i).key());
      assertThat(received.get(i).value()).isEqualTo(sent.get(i).value());
      assertThat(received.get(i).timestamp()).isEqualTo(sent.get(i).timestamp());
      Header[] given = sent.get(i).headers().toArray();
      assertThat(Arrays.copyOf(received.get(i).headers().toArray(), given.length)).isEqualTo(given);
      assertThat(header(received.get(i), "__connect.errors.offset")).isEqualTo("" + i);
    }
  }

  @Test
  void exactlyOnceResultsAppearWithTheirCheckpoint(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    topics.create("once.requests", 2, Map.of());
    topics.create("once.results", 2, Map.of());
    for (int i = 0; i < 100; i++) {
      topics.send(new ProducerRecord<>("once.requests", bytes("k" + i), bytes("v" + i)));
    }

    JobClient running =
        start(
            environment(),
            "once",
            records -> records.map(KafkaConnectorsIT::toResult),
            ResultSink.create(
                topics.connection(),
                "once.results",
                DeliveryGuarantee.EXACTLY_ONCE,
                "once",
                LIMIT));

    topics.read("once.results", "read_uncommitted", 100);
    assertThat(topics.nothingCommitted("once.results")).isTrue();
    cluster.triggerCheckpoint(running.getJobID()).get();
    assertThat(topics.read("once.results", "read_committed", 100))
        .extracting(record -> new String(record.value(), UTF_8))
        .doesNotHaveDuplicates();
  }

  @Test
  void aDeadLetterThatWasTooLargeFitsIntoATopicOfDefaultSize() throws Exception {
    topics.create("large.requests", 1, LARGE_REQUESTS);
    topics.create("large.letters", 1, DEFAULT_SIZE);
    RecordHeaders large =
        new RecordHeaders(List.of(new RecordHeader("large", new byte[3 * LIMIT])));
    topics.send(new ProducerRecord<>("large.requests", null, bytes("key"), new byte[10 * LIMIT]));
    topics.send(new ProducerRecord<>("large.requests", new byte[2 * LIMIT], new byte[2 * LIMIT]));
    topics.send(new ProducerRecord<>("large.requests", null, null, null, bytes("small"), large));

    startDeadLetters("large");

    List<ConsumerRecord<byte[], byte[]>> received =
        topics.read("large.letters", "read_committed", 3);
    assertThat(header(received.get(0), "millrace-original-length")).isEqualTo("" + 10 * LIMIT);
    assertThat(received.get(0).value().length).isGreaterThan(LIMIT - 4096);
    assertThat(header(received.get(1), "millrace-key-length")).isEqualTo("" + 2 * LIMIT);
    assertThat(header(received.get(2), "millrace-headers-dropped")).isEqualTo("1");
    assertThat(received.get(2).value()).isEqualTo(bytes("small"));
  }

  @Test
  void aReplyThatNobodyCanGetFailsNothingAndHoldsNothingUp(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    topics.create("reply.requests", 1, LARGE_REQUESTS);
    topics.create("reply.there", 2, DEFAULT_SIZE);
    topics.create("reply.deleted", 1, Map.of());
    KafkaConnection impatient =
        new KafkaConnection(
            topics.connection().bootstrapServers(),
            Map.of(
                "max.block.ms", "2000",
                "request.timeout.ms", "2000",
                "delivery.timeout.ms", "4000"));
    JobClient running =
        start(
            environment(),
            "reply",
            records -> records.map(KafkaConnectorsIT::toReply),
            ReplySink.create(impatient, 4 * LIMIT));

    ask("reply.deleted", "before");
    assertThat(topics.read("reply.deleted", "read_committed", 1)).hasSize(1);
    topics.delete("reply.deleted");
    ask("reply.deleted", "after");
    ask("reply.missing", "a");
    ask("not a topic", "b");
    topics.send(new ProducerRecord<>("reply.requests", bytes("reply.there"), new byte[2 * LIMIT]));
    ask("reply.there", "last");

    List<ConsumerRecord<byte[], byte[]>> received = topics.read("reply.there", "read_committed", 1);
    assertThat(received.get(0).value()).isEqualTo(bytes("last"));
    assertThat(received.get(0).partition()).isEqualTo(1);
    cluster.triggerCheckpoint(running.getJobID()).get();
  }

  @Test
  void thePartitionsOfATopicAreThoseOfTheBroker() throws Exception {
    topics.create("three", 3, Map.of());

    try (TopicPartitions partitions = new TopicPartitions(topics.connection())) {
      assertThat(partitions.partitions("three")).isEqualTo(3);
      assertThat(partitions.partitions("none")).isZero();
    }
  }

  private void ask(String topic, String value) throws Exception {
    topics.send(new ProducerRecord<>("reply.requests", bytes(topic), bytes(value)));
  }

  private void startDeadLetters(String name) throws Exception {
    start(
        environment(),
        name,
        records -> records.map(KafkaConnectorsIT::toDeadLetter),
        DeadLetterSink.create(
            topics.connection(), name + ".letters", DeliveryGuarantee.AT_LEAST_ONCE, name, LIMIT));
  }

  private <T> JobClient start(
      StreamExecutionEnvironment environment, String name, Step<T> step, Sink<T> sink)
      throws Exception {
    DataStream<SourceRecord> records =
        environment.fromSource(
            RequestSource.create(topics.connection(), name + ".requests", name),
            WatermarkStrategy.noWatermarks(),
            "requests");
    step.apply(records).sinkTo(sink);
    JobClient started = environment.executeAsync(name);
    job = started;
    return started;
  }

  /** No restarts, no Kryo, and only the checkpoints that a test asks for. */
  private static StreamExecutionEnvironment environment() {
    Configuration configuration =
        new Configuration()
            .set(RestartStrategyOptions.RESTART_STRATEGY, "none")
            .set(PipelineOptions.GENERIC_TYPES, false);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    environment.setParallelism(1);
    // The first comes at a random time within the interval, and none shall come by itself.
    environment.enableCheckpointing(Duration.ofDays(300).toMillis());
    return environment;
  }

  private static DeadLetter toDeadLetter(SourceRecord record) {
    return new DeadLetter(record, "decode", "a.Problem", "not a request");
  }

  private static OutboundRecord toResult(SourceRecord record) {
    return new OutboundRecord(
        null, null, record.timestamp(), record.key(), value(record), record.headers());
  }

  /** A request's key names the topic of its reply; the topic that is there has two partitions. */
  private static OutboundRecord toReply(SourceRecord record) {
    String topic = new String(Objects.requireNonNull(record.key()), UTF_8);
    Integer partition = topic.equals("reply.there") ? 1 : null;
    return new OutboundRecord(
        topic, partition, record.timestamp(), null, value(record), REPLY_HEADERS);
  }

  private static byte[] value(SourceRecord record) {
    return Objects.requireNonNull(record.value());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  /** What lies between the source and the sink. */
  private interface Step<T> {
    DataStream<T> apply(DataStream<SourceRecord> records);
  }
}

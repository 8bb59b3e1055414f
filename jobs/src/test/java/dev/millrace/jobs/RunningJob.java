package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.protocol.RecordCoordinates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** The job as users run it, between a real broker and a client of stock Kafka. */
final class RunningJob implements AutoCloseable {
  static final String REPLIES = "millrace.replies.test";

  private static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(500);

  private final LocalBroker broker;
  private final JobClient job;
  private final Producer<byte[], byte[]> producer;

  private RunningJob(LocalBroker broker, JobClient job) {
    this.broker = broker;
    this.job = job;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "max.request.size", 16 << 20,
                "buffer.memory", 64 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** A job that is not allowed a single restart, on the models of the repository. */
  static RunningJob withoutRestarts(Path directory) throws Exception {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return start(directory, options, new PyTorchEngineProvider(new EngineSettings("cpu", 1)));
  }

  static RunningJob start(Path directory, Configuration options, EngineProvider engines)
      throws Exception {
    return start(directory, options, engines, Path.of(System.getProperty("millrace.models")));
  }

  static RunningJob start(
      Path directory, Configuration options, EngineProvider engines, Path models) throws Exception {
    LocalBroker broker =
        LocalBroker.start(BrokerConfiguration.defaults(directory.resolve("broker")).withPort(0));
    List<TopicSpecification> topics = new ArrayList<>();
    // Takes what a stock broker would refuse at the door, so that the job meets it.
    Map<String, String> large =
        Map.of(
            "max.message.bytes", Integer.toString(16 << 20),
            "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    topics.add(new TopicSpecification("millrace.requests", PARTITIONS, large));
    // With the limits that brokers have by themselves, which is what the sinks must respect.
    Map<String, String> stock = Map.of("max.message.bytes", "1048588");
    for (String topic : List.of("millrace.results", "millrace.dead-letters", REPLIES)) {
      topics.add(new TopicSpecification(topic, PARTITIONS, stock));
    }
    Topics.create(broker.bootstrapServers(), Map.of(), topics);

    Configuration configuration = new Configuration(options);
    configuration.set(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS, broker.bootstrapServers());
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, 2);
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    if (!configuration.contains(CheckpointingOptions.CHECKPOINTING_INTERVAL)) {
      configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    }
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(configuration);
    InferencePipeline.build(environment, configuration, ModelRepository.load(models), engines);
    return new RunningJob(broker, environment.executeAsync(InferenceJob.NAME));
  }

  /** Sends, and waits until the broker has it. */
  RecordCoordinates send(ProducerRecord<byte[], byte[]> record)
      throws ExecutionException, InterruptedException {
    return coordinates(producer.send(record).get());
  }

  RecordCoordinates send(String value) throws ExecutionException, InterruptedException {
    return send(request(value));
  }

  static ProducerRecord<byte[], byte[]> request(String value) {
    return new ProducerRecord<>("millrace.requests", value.getBytes(UTF_8));
  }

  /** Sends all, and waits until the broker has them. */
  List<RecordCoordinates> sendAll(List<ProducerRecord<byte[], byte[]>> records)
      throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
    List<RecordCoordinates> coordinates = new ArrayList<>();
    for (Future<RecordMetadata> metadata : sent) {
      coordinates.add(coordinates(metadata.get()));
    }
    return coordinates;
  }

  /** Reads results, replies and dead letters until each of these requests has an answer. */
  Answers awaitAnswers(Collection<RecordCoordinates> requests) {
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      return awaitAnswers(requests, consumer);
    }
  }

  /**
   * The same, and then reads on for as long as three checkpoints take, in case there are answers
   * too many.
   */
  Answers awaitAllAnswers(Collection<RecordCoordinates> requests) {
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      Answers answers = awaitAnswers(requests, consumer);
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .during(CHECKPOINT_INTERVAL.multipliedBy(3))
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(answers::add);
                return true;
              });
      return answers;
    }
  }

  private Answers awaitAnswers(
      Collection<RecordCoordinates> requests, Consumer<byte[], byte[]> consumer) {
    Answers answers = new Answers();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(100)).forEach(answers::add);
              assertNotEnded();
              return answers.holds(requests);
            });
    return answers;
  }

  ConsumerRecord<byte[], byte[]> awaitAnswer(RecordCoordinates request) {
    return awaitAnswers(List.of(request)).of(request);
  }

  void assertNotEnded() {
    try {
      // A job that is not allowed a restart ends with its first failure.
      JobStatus status = job.getJobStatus().get();
      assertThat(status.isGloballyTerminalState()).as("the job is %s", status).isFalse();
    } catch (ExecutionException e) {
      throw new AssertionError("the job is gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  LocalBroker broker() {
    return broker;
  }

  private Consumer<byte[], byte[]> consumer() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of("millrace.results", "millrace.dead-letters", REPLIES)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        partitions.add(new TopicPartition(topic, partition));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  private static RecordCoordinates coordinates(RecordMetadata metadata) {
    return new RecordCoordinates(metadata.topic(), metadata.partition(), metadata.offset());
  }

  @Override
  public void close() throws Exception {
    producer.close(Duration.ofSeconds(5));
    try {
      if (!job.getJobStatus().get().isGloballyTerminalState()) {
        job.cancel().get();
      }
    } finally {
      broker.close();
    }
  }
}

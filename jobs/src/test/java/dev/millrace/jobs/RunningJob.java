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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
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
  static final String REQUESTS = "millrace.requests";
  static final String REPLIES = "millrace.replies.test";
  static final String TASKS = "millrace.tasks";

  static final int PARTITIONS = 4;

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(500);

  private final Path directory;
  private final LocalBroker broker;
  private final JobClient job;
  private final Producer<byte[], byte[]> producer;

  private RunningJob(Path directory, LocalBroker broker, JobClient job) {
    this.directory = directory;
    this.broker = broker;
    this.job = job;
    this.producer = producer(broker);
  }

  private static Producer<byte[], byte[]> producer(LocalBroker broker) {
    return new KafkaProducer<>(
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
    return start(directory, options, engines, models, 0);
  }

  /**
   * A job that may go on from a savepoint that was made elsewhere.
   *
   * @param offset where each partition of the request topic begins; before it are records that
   *     nobody may read
   */
  static RunningJob start(
      Path directory, Configuration options, EngineProvider engines, Path models, long offset)
      throws Exception {
    LocalBroker broker =
        LocalBroker.start(BrokerConfiguration.defaults(directory.resolve("broker")).withPort(0));
    createTopics(broker);
    try (Producer<byte[], byte[]> producer = producer(broker)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (long number = 0; number < offset; number++) {
          sent.add(
              producer.send(
                  new ProducerRecord<>(
                      REQUESTS, partition, null, "read by nobody".getBytes(UTF_8))));
        }
      }
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
    return new RunningJob(directory, broker, submit(directory, broker, options, models, engines));
  }

  private static void createTopics(LocalBroker broker) throws Exception {
    List<TopicSpecification> topics = new ArrayList<>();
    // Takes what a stock broker would refuse at the door, so that the job meets it.
    Map<String, String> large =
        Map.of(
            "max.message.bytes", Integer.toString(16 << 20),
            "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    topics.add(new TopicSpecification(REQUESTS, PARTITIONS, large));
    // With the limits that brokers have by themselves, which is what the sinks must respect.
    Map<String, String> stock = Map.of("max.message.bytes", "1048588");
    for (String topic : List.of("millrace.results", "millrace.dead-letters", REPLIES)) {
      topics.add(new TopicSpecification(topic, PARTITIONS, stock));
    }
    topics.add(TopicSpecification.compacted(TASKS, PARTITIONS));
    Topics.create(broker.bootstrapServers(), Map.of(), topics);
  }

  private static JobClient submit(
      Path directory,
      LocalBroker broker,
      Configuration options,
      Path models,
      EngineProvider engines)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, 2);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    configuration.addAll(options);
    configuration.set(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS, broker.bootstrapServers());
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints(directory).toUri().toString());
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(configuration);
    InferencePipeline.build(environment, configuration, ModelRepository.load(models), engines);
    return environment.executeAsync(InferenceJob.NAME);
  }

  private static Path checkpoints(Path directory) {
    return directory.resolve("checkpoints");
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
    return new ProducerRecord<>(REQUESTS, value.getBytes(UTF_8));
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

  /** Waits until so many more checkpoints than now are complete. */
  void awaitCheckpoints(int more) throws IOException {
    long enough = newestCheckpoint() + more;
    Awaitility.await().atMost(PATIENCE).until(() -> newestCheckpoint() >= enough);
  }

  /** Where the checkpoints of this job go. */
  Path checkpoints() {
    return checkpoints(directory).resolve(job.getJobID().toString());
  }

  /** The number of the newest checkpoint that is complete, 0 before the first. */
  private long newestCheckpoint() throws IOException {
    try (Stream<Path> metadata = Files.walk(checkpoints(), 2)) {
      return metadata
          .filter(file -> file.endsWith("_metadata"))
          .map(file -> file.getName(file.getNameCount() - 2).toString())
          .mapToLong(name -> Long.parseLong(name.substring("chk-".length())))
          .max()
          .orElse(0);
    } catch (NoSuchFileException | UncheckedIOException e) {
      // There has been none yet, or an old one was removed meanwhile.
      return 0;
    }
  }

  /** Makes a savepoint of whatever state the job has, and returns its directory. */
  Path savepoint(Path target) throws Exception {
    String location =
        job.triggerSavepoint(target.toUri().toString(), SavepointFormatType.CANONICAL).get();
    return Path.of(URI.create(location));
  }

  LocalBroker broker() {
    return broker;
  }

  private Consumer<byte[], byte[]> consumer() {
    return consumer(List.of("millrace.results", "millrace.dead-letters", REPLIES));
  }

  /** A read_committed consumer at the beginning of these topics. */
  Consumer<byte[], byte[]> consumer(List<String> topics) {
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
    for (String topic : topics) {
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

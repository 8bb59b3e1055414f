package dev.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest {
  private static final TopicSpecification TOPIC = new TopicSpecification("topic", 1, Map.of());

  /** The more there are, the longer a broker takes to give them up. */
  private static final int PARTITIONS = 50;

  @TempDir Path directory;

  @Test
  void keepsWhatWasWrittenThroughAKillAndARestart() throws Exception {
    try (LocalBroker broker = LocalBroker.start(BrokerConfiguration.defaults(directory))) {
      Topics.create(broker.bootstrapServers(), Map.of(), List.of(TOPIC));
      write(broker, "first");
      broker.kill();
      assertThat(broker.isAlive()).isFalse();
    }
    try (LocalBroker broker = LocalBroker.start(BrokerConfiguration.defaults(directory))) {
      Topics.create(broker.bootstrapServers(), Map.of(), List.of(TOPIC));
      write(broker, "second");

      assertThat(read(broker, 2)).containsExactly("first", "second");
    }
  }

  /**
   * Brokers of 4.3.0 to 4.4.0 lose the commit of a transaction that they write while they give up
   * their partitions (KAFKA-20734). Where the machine is quiet that takes a moment, and this finds
   * it in one of eight runs.
   */
  @Test
  void everythingThatWasCommittedCanBeReadAfterARestart() throws Exception {
    List<CommittingClient> clients = new ArrayList<>();
    int port;
    try (LocalBroker broker = LocalBroker.start(BrokerConfiguration.defaults(directory))) {
      port = broker.port();
      Topics.create(
          broker.bootstrapServers(),
          Map.of(),
          List.of(new TopicSpecification("topic", PARTITIONS, Map.of())));
      for (int number = 0; number < 16; number++) {
        clients.add(new CommittingClient(broker.bootstrapServers(), "client-" + number));
      }
      awaitCommits(clients);
    }
    try (LocalBroker broker =
        LocalBroker.start(BrokerConfiguration.defaults(directory).withPort(port))) {
      awaitCommits(clients);
      List<String> committed = new ArrayList<>();
      for (CommittingClient client : clients) {
        committed.addAll(client.finish());
      }

      assertThat(readCommitted(broker)).containsExactlyInAnyOrderElementsOf(committed);
    }
  }

  private static void awaitCommits(List<CommittingClient> clients) throws Exception {
    for (CommittingClient client : clients) {
      client.awaitCommits(5);
    }
  }

  @Test
  void leavesNoProcessWhenItIsClosed() throws Exception {
    LocalBroker broker = LocalBroker.start(BrokerConfiguration.defaults(directory));
    long pid = broker.pid();
    broker.close();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void endsWithItsParentEvenIfThatIsKilled() throws Exception {
    Path pidFile = directory.resolve("pid");
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D"
                    + BrokerConfiguration.KAFKA_HOME_PROPERTY
                    + "="
                    + System.getProperty(BrokerConfiguration.KAFKA_HOME_PROPERTY),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.resolve("data").toString(),
                pidFile.toString())
            .redirectOutput(new File(directory.toFile(), "parent.log"))
            .redirectErrorStream(true)
            .start();
    assertThat(parent.getInputStream()).isNotNull();
    while (!Files.exists(pidFile)) {
      assertThat(parent.waitFor(100, TimeUnit.MILLISECONDS)).as("the parent ended early").isFalse();
    }
    ProcessHandle broker =
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).orElseThrow();

    parent.destroyForcibly().waitFor();

    assertThat(ProcessIdentity.awaitExit(broker, Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  LocalBroker.start(
                      BrokerConfiguration.defaults(directory).withPort(taken.getLocalPort())))
          .isInstanceOf(BrokerUnavailableException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + " of 127.0.0.1 is taken");
    }
  }

  @Test
  void showsTheEndOfTheLogWhenTheBrokerDoesNotComeUp() throws Exception {
    Files.createDirectories(directory.resolve("topics"));
    Files.writeString(directory.resolve("topics/meta.properties"), "nonsense", UTF_8);

    assertThatThrownBy(() -> LocalBroker.start(BrokerConfiguration.defaults(directory)))
        .isInstanceOf(BrokerUnavailableException.class)
        .hasMessageContaining("broker.log");
  }

  @Test
  void saysWhereItLookedForABrokerThatWasNotBuilt() {
    assertThatThrownBy(
            () ->
                new BrokerConfiguration(
                    directory, 0, directory.resolve("none"), 1, "64m", Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mvn package");
  }

  private static void write(LocalBroker broker, String value) throws Exception {
    Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var producer =
        new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("topic", value)).get();
    }
  }

  private static List<String> read(LocalBroker broker, int count) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition("topic", 0)));
      for (int polls = 0; polls < 50 && values.size() < count; polls++) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
        records.forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  /** All that can be read up to the end of the topic, or as much as can be within a while. */
  private static List<String> readCommitted(LocalBroker broker) {
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(number -> new TopicPartition("topic", number))
            .toList();
    List<String> values = new ArrayList<>();
    Map<TopicPartition, Long> ends;
    try (var consumer = consumer(broker, "read_uncommitted")) {
      ends = consumer.endOffsets(partitions);
    }
    try (var consumer = consumer(broker, "read_committed")) {
      consumer.assign(partitions);
      for (int polls = 0; polls < 100 && !isRead(consumer, ends); polls++) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  private static boolean isRead(
      KafkaConsumer<String, String> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private static KafkaConsumer<String, String> consumer(LocalBroker broker, String isolation) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            isolation);
    return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
  }

  /** Writes a record a transaction, one after another. */
  private static final class CommittingClient {
    private final String name;
    private final List<String> committed = new ArrayList<>();
    private final CompletableFuture<Void> loop;
    private volatile boolean finishing;

    CommittingClient(String bootstrapServers, String name) {
      this.name = name;
      this.loop = CompletableFuture.runAsync(() -> commit(bootstrapServers), this::start);
    }

    private void start(Runnable task) {
      new Thread(task, name).start();
    }

    private void commit(String bootstrapServers) {
      Map<String, Object> properties =
          Map.of(
              "bootstrap.servers",
              bootstrapServers,
              "transactional.id",
              name,
              "reconnect.backoff.max.ms",
              200);
      try (var producer =
          new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
        producer.initTransactions();
        while (!finishing) {
          String value = name + "/" + commits();
          producer.beginTransaction();
          Future<RecordMetadata> written = producer.send(new ProducerRecord<>("topic", value));
          producer.commitTransaction();
          assertThat(written).isDone();
          synchronized (committed) {
            committed.add(value);
          }
        }
      }
    }

    private int commits() {
      synchronized (committed) {
        return committed.size();
      }
    }

    /** Waits for so many more. */
    void awaitCommits(int more) throws Exception {
      int enough = commits() + more;
      while (commits() < enough) {
        assertThat(loop).as("the client goes on").isNotDone();
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }

    List<String> finish() throws Exception {
      finishing = true;
      loop.get(1, TimeUnit.MINUTES);
      return committed;
    }
  }

  /** Starts a broker and waits to be killed. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) throws Exception {
      LocalBroker broker = LocalBroker.start(BrokerConfiguration.defaults(Path.of(arguments[0])));
      Path written = Files.writeString(Path.of(arguments[1] + ".tmp"), Long.toString(broker.pid()));
      Files.move(written, Path.of(arguments[1]));
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }
}

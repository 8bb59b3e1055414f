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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest {
  private static final TopicSpecification TOPIC = new TopicSpecification("topic", 1, Map.of());

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
    List<String> values = new java.util.ArrayList<>();
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

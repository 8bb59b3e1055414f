package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.Tasks.DIGITS;
import static dev.millrace.gateway.tasks.TestServer.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import dev.millrace.protocol.json.TaskRecordWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestServers.class)
class TaskProjectionTest {
  private static final TaskRecordWriter WRITER = new TaskRecordWriter();

  @TempDir static Path directory;

  private final TasksTopic topic;
  private final Database database;
  private final TaskStore store;
  private final ProjectedTasks projected;

  TaskProjectionTest(TasksTopic topic, Database database) {
    this.topic = topic;
    this.database = database;
    this.store = new TaskStore(database);
    this.projected = new ProjectedTasks(topic, database);
  }

  @Test
  void projectsWhatIsCommittedAndNothingElse() throws Exception {
    try (TaskProjection projection = project();
        KafkaProducer<byte[], byte[]> producer =
            topic.producer(Map.of("transactional.id", "job-" + topic.name()))) {
      producer.initTransactions();
      producer.beginTransaction();
      TaskHistories.of("committed", 1, TaskStatus.SUCCEEDED)
          .forEach(task -> topic.send(producer, task));
      producer.commitTransaction();
      producer.beginTransaction();
      TaskHistories.of("aborted", 2, TaskStatus.SUCCEEDED)
          .forEach(task -> topic.send(producer, task));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      topic.send(producer, Tasks.queued("later", 3));
      producer.commitTransaction();

      await().atMost(PATIENCE).until(() -> store.find("acme", "later").isPresent());
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  store
                      .find("acme", "committed")
                      .equals(Optional.of(Tasks.succeeded("committed", 1))));
      await()
          .atMost(PATIENCE)
          .until(() -> topic.end(0) + topic.end(1) > 0 && projection.lag() == 0);
      assertThat(store.find("acme", "aborted")).isEmpty();
      assertThat(projection.problem()).isEmpty();
      assertThat(projection.skipped()).isZero();
    }
  }

  @Test
  void readFromTheBeginningAgainItChangesNothing() throws Exception {
    List<TaskRecord> told = TaskHistories.random(500, 7);
    topic.send(told);
    try (TaskProjection projection = project()) {
      projected.await(told);
    }
    List<String> before = TestServer.rows(database, "select * from task order by tenant, id");
    TestServer.execute(database, "update task_offset set next_offset = -1");
    try (TaskProjection projection = project()) {
      projected.awaitOffsets();
      assertThat(projection.problem()).isEmpty();
    }
    assertThat(TestServer.rows(database, "select * from task order by tenant, id"))
        .isEqualTo(before);
  }

  @Test
  void whatIsBrokenIsSkippedAndWhatIsBehindItIsProjected() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = topic.producer(Map.of())) {
      byte[] key = "[\"acme\",\"x\"]".getBytes(UTF_8);
      for (byte[] value :
          new byte[][] {
            {},
            {(byte) 0xff, 0},
            "{\"tenant\":\"acme\"".getBytes(UTF_8),
            "null".getBytes(UTF_8),
            new String(WRITER.write(Tasks.queued("nul-", 2)), UTF_8)
                .replace("nul-", "nul\\u0000")
                .getBytes(UTF_8),
            "[".repeat(20_000).getBytes(UTF_8)
          }) {
        send(producer, key, value);
      }
      send(producer, "{}".getBytes(UTF_8), null);
      send(producer, key, WRITER.write(Tasks.succeeded("behind", 3)));
    }
    try (TaskProjection projection = project()) {
      await().atMost(PATIENCE).until(() -> store.find("acme", "behind").isPresent());
      await().atMost(PATIENCE).until(() -> projection.skipped() == 7);
      assertThat(projection.problem()).isEmpty();
    }
    assertThat(TestServer.rows(database, "select id from task")).containsExactly("behind");
    assertThat(topic.end(0)).isEqualTo(8);
  }

  private void send(KafkaProducer<byte[], byte[]> producer, byte[] key, byte @Nullable [] value) {
    var unused = producer.send(new ProducerRecord<>(topic.name(), 0, key, value));
  }

  @Test
  void aTopicThatIsMadeAnewIsReadFromItsBeginning() throws Exception {
    List<TaskRecord> told = TaskHistories.random(300, 10);
    topic.send(told);
    try (TaskProjection projection = project()) {
      projected.await(told);
    }
    topic.makeAnew();
    // Another life of each, at offsets that the former lives had passed.
    List<TaskRecord> again = new ArrayList<>();
    for (int number = 0; number < 300; number++) {
      again.add(Tasks.of("acme", "task-" + number, 9_000 + number, TaskStatus.QUEUED, DIGITS, 5));
    }
    topic.send(again);
    try (TaskProjection projection = project()) {
      projected.await(again);
    }
  }

  @Test
  void goesOnWhenKafkaOrTheTopicComesLater() throws Exception {
    Path later = directory.resolve("later");
    BrokerConfiguration configuration = BrokerConfiguration.defaults(later);
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Map<String, String> kafka = Map.of("bootstrap.servers", "127.0.0.1:" + port);
    try (TaskProjection projection =
        TaskProjection.start(new TaskProjectionSettings(kafka, "tasks", "group"), database)) {
      await().atMost(PATIENCE).until(() -> projection.problem().isPresent());
      try (LocalBroker late = LocalBroker.start(configuration.withPort(port))) {
        await()
            .atMost(PATIENCE)
            .until(() -> projection.problem().equals(Optional.of("there is no topic tasks")));
        Topics.create(
            late.bootstrapServers(), Map.of(), List.of(TopicSpecification.compacted("tasks", 1)));
        try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                new HashMap<>(kafka), new ByteArraySerializer(), new ByteArraySerializer())) {
          producer
              .send(
                  new ProducerRecord<>(
                      "tasks", WRITER.key("acme", "a"), WRITER.write(Tasks.succeeded("a", 1))))
              .get();
        }
        await().atMost(PATIENCE).until(() -> store.find("acme", "a").isPresent());
        await().atMost(PATIENCE).until(() -> projection.problem().isEmpty());
      }
    }
  }

  private TaskProjection project() {
    return TaskProjection.start(topic.settings(), database);
  }
}

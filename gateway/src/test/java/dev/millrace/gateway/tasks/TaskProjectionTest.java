package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.Tasks.DIGITS;
import static dev.millrace.gateway.tasks.Tasks.NOON;
import static dev.millrace.gateway.tasks.TestServer.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.health.ComponentHealth;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import dev.millrace.protocol.json.TaskRecordWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskProjectionTest {
  private static final TaskRecordWriter WRITER = new TaskRecordWriter();
  private static final List<TaskStatus> ENDS =
      List.of(TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.EXPIRED, TaskStatus.CANCELLED);

  /** What each transaction has moved, as the database itself saw it. */
  private static final String RECORD_MOVES =
      """
      create table moved (partition integer, start bigint, stop bigint);
      create function record_move() returns trigger language plpgsql as $$ begin
        if new.next_offset <> old.next_offset then
          insert into moved values (new.partition, greatest(old.next_offset, 0), new.next_offset);
        end if;
        return new;
      end $$;
      create trigger record_move after update on task_offset
        for each row execute function record_move();
      """;

  @TempDir static Path directory;
  private static TestServer server;
  private static LocalBroker broker;

  private String topic;
  private Database database;
  private TaskStore store;

  @BeforeAll
  static void startServers() throws Exception {
    broker = LocalBroker.start(BrokerConfiguration.defaults(directory.resolve("kafka")));
    server = TestServer.start(directory.resolve("postgresql"));
  }

  @AfterAll
  static void stopServers() {
    server.close();
    broker.close();
  }

  @BeforeEach
  void open() throws Exception {
    topic = "tasks-" + TestServer.schema();
    createTopic();
    database = server.open(topic.replace('-', '_'));
    store = new TaskStore(database);
  }

  private void createTopic() throws Exception {
    Topics.create(
        broker.bootstrapServers(), Map.of(), List.of(TopicSpecification.compacted(topic, 2)));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void projectsWhatIsCommittedAndNothingElse() throws Exception {
    try (TaskProjection projection = project();
        KafkaProducer<byte[], byte[]> producer =
            producer(Map.of("transactional.id", "job-" + topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      history("committed", 1, TaskStatus.SUCCEEDED).forEach(task -> send(producer, task));
      producer.commitTransaction();
      producer.beginTransaction();
      history("aborted", 2, TaskStatus.SUCCEEDED).forEach(task -> send(producer, task));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      send(producer, Tasks.queued("later", 3));
      producer.commitTransaction();

      await().atMost(PATIENCE).until(() -> store.find("acme", "later").isPresent());
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  store
                      .find("acme", "committed")
                      .equals(Optional.of(Tasks.succeeded("committed", 1))));
      await().atMost(PATIENCE).until(() -> end(0) + end(1) > 0 && projection.lag() == 0);
      assertThat(store.find("acme", "aborted")).isEmpty();
      assertThat(projection.problem()).isEmpty();
      assertThat(projection.skipped()).isZero();
    }
  }

  @Test
  void readFromTheBeginningAgainItChangesNothing() throws Exception {
    List<TaskRecord> told = randomHistories(500, 7);
    send(told);
    try (TaskProjection projection = project()) {
      awaitModel(told);
    }
    List<String> before = TestServer.rows(database, "select * from task order by tenant, id");
    TestServer.execute(database, "update task_offset set next_offset = -1");
    try (TaskProjection projection = project()) {
      awaitOffsets();
      assertThat(projection.problem()).isEmpty();
    }
    assertThat(TestServer.rows(database, "select * from task order by tenant, id"))
        .isEqualTo(before);
  }

  @Test
  void whatIsBrokenIsSkippedAndWhatIsBehindItIsProjected() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
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
    assertThat(end(0)).isEqualTo(8);
  }

  private void send(KafkaProducer<byte[], byte[]> producer, byte[] key, byte @Nullable [] value) {
    var unused = producer.send(new ProducerRecord<>(topic, 0, key, value));
  }

  @Test
  void instancesShareThePartitionsAndEachRecordIsProjectedOnce() throws Exception {
    TestServer.execute(database, RECORD_MOVES);
    List<TaskRecord> told = randomHistories(2_000, 8);
    Database elsewhere = server.open(topic.replace('-', '_'));
    try (TaskProjection one = project();
        KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      told.subList(0, 1_000).forEach(task -> send(producer, task));
      // Another comes while it reads, and goes again.
      try (TaskProjection other = TaskProjection.start(settings(), elsewhere)) {
        await().atMost(PATIENCE).until(() -> both(producer, told, 1_000, 2_000, one, other));
      }
      told.subList(2_000, told.size()).forEach(task -> send(producer, task));
      producer.flush();
      awaitModel(told);
      awaitOffsets();
    } finally {
      elsewhere.close();
    }
    assertEachOffsetMovedOnce();
  }

  @Test
  void eachDatabaseHasAllTasks() throws Exception {
    List<TaskRecord> told = randomHistories(200, 9);
    Database another = server.open(topic.replace('-', '_') + "_another");
    try (TaskProjection one = project();
        TaskProjection other = TaskProjection.start(settings(), another)) {
      send(told);
      awaitModel(told);
      TaskStore elsewhere = new TaskStore(another);
      for (TaskRecord task : told) {
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    elsewhere
                        .find(task.tenant(), task.id())
                        .equals(store.find(task.tenant(), task.id())));
      }
      assertThat(one.problem()).isEmpty();
      assertThat(other.problem()).isEmpty();
    } finally {
      another.close();
    }
  }

  private int sent;

  /** Sends some at a time until both instances have a partition to themselves. */
  private boolean both(
      KafkaProducer<byte[], byte[]> producer,
      List<TaskRecord> told,
      int from,
      int to,
      TaskProjection one,
      TaskProjection other)
      throws SQLException {
    int start = Math.max(sent, from);
    int stop = Math.min(start + 100, to);
    told.subList(start, stop).forEach(task -> send(producer, task));
    producer.flush();
    sent = stop;
    return stop == to && members() == 2 && one.problem().isEmpty() && other.problem().isEmpty();
  }

  private int members() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      return (int)
          admin
              .describeConsumerGroups(
                  List.of(TaskProjection.consumerGroup(settings().group(), database)))
              .all()
              .get()
              .values()
              .stream()
              .flatMap(group -> group.members().stream())
              .filter(member -> !member.assignment().topicPartitions().isEmpty())
              .count();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void assertEachOffsetMovedOnce() throws SQLException {
    for (int partition = 0; partition < 2; partition++) {
      long next = 0;
      for (String row :
          TestServer.rows(
              database,
              "select start, stop from moved where partition = %d order by start"
                  .formatted(partition))) {
        int gap = row.indexOf(' ');
        assertThat(Long.parseLong(row.substring(0, gap))).isEqualTo(next);
        next = Long.parseLong(row.substring(gap + 1));
      }
      assertThat(next).isEqualTo(end(partition)).isPositive();
    }
  }

  @Test
  void killsOfTheDatabaseAmidAStreamLoseAndRepeatNothing() throws Exception {
    TestServer.execute(database, RECORD_MOVES);
    List<TaskRecord> told = randomHistories(3_000, 9);
    try (TaskProjection projection = project();
        KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      StorageCheck check = new StorageCheck(database, projection, 1_000_000);
      for (int part = 0; part < 3; part++) {
        int size = told.size() / 3;
        long before = rows();
        told.subList(part * size, (part + 1) * size).forEach(task -> send(producer, task));
        producer.flush();
        if (part < 2) {
          await().atMost(PATIENCE).ignoreExceptions().until(() -> rows() > before);
          server.kill();
          await()
              .atMost(PATIENCE)
              .until(() -> check.look().level() == ComponentHealth.Level.UNHEALTHY);
        }
        await().atMost(PATIENCE).until(() -> check.look().level() == ComponentHealth.Level.HEALTHY);
      }
      told.subList(told.size() / 3 * 3, told.size()).forEach(task -> send(producer, task));
      awaitModel(told);
      awaitOffsets();
    }
    assertEachOffsetMovedOnce();
  }

  private long rows() throws SQLException {
    return Long.parseLong(TestServer.rows(database, "select count(*) from task").get(0));
  }

  @Test
  void aTopicThatIsMadeAnewIsReadFromItsBeginning() throws Exception {
    List<TaskRecord> told = randomHistories(300, 10);
    send(told);
    try (TaskProjection projection = project()) {
      awaitModel(told);
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
      await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
    }
    createTopic();
    // Another life of each, at offsets that the former lives had passed.
    List<TaskRecord> again = new ArrayList<>();
    for (int number = 0; number < 300; number++) {
      again.add(Tasks.of("acme", "task-" + number, 9_000 + number, TaskStatus.QUEUED, DIGITS, 5));
    }
    send(again);
    try (TaskProjection projection = project()) {
      awaitModel(again);
      awaitOffsets();
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

  private TaskProjectionSettings settings() {
    return new TaskProjectionSettings(
        Map.of("bootstrap.servers", broker.bootstrapServers()), topic, "group-" + topic);
  }

  private TaskProjection project() {
    return TaskProjection.start(settings(), database);
  }

  /** The states of tasks with every kind of end, or none yet, mixed with each other. */
  private static List<TaskRecord> randomHistories(int tasks, long seed) {
    Random random = new Random(seed);
    List<List<TaskRecord>> open = new ArrayList<>();
    List<TaskRecord> told = new ArrayList<>();
    for (int number = 0; number < tasks; number++) {
      TaskStatus end = random.nextInt(8) == 0 ? null : ENDS.get(random.nextInt(ENDS.size()));
      open.add(new ArrayList<>(history("task-" + number, number, end)));
      while (open.size() > 50) {
        tell(open, random, told);
      }
    }
    while (!open.isEmpty()) {
      tell(open, random, told);
    }
    return told;
  }

  private static void tell(List<List<TaskRecord>> open, Random random, List<TaskRecord> told) {
    int chosen = random.nextInt(open.size());
    told.add(open.get(chosen).remove(0));
    if (open.get(chosen).isEmpty()) {
      open.remove(chosen);
    }
  }

  private static List<TaskRecord> history(String id, long request, @Nullable TaskStatus end) {
    List<TaskRecord> states = new ArrayList<>();
    states.add(Tasks.queued(id, request));
    if (end != TaskStatus.EXPIRED) {
      states.add(Tasks.running(id, request));
    }
    if (end != null) {
      states.add(Tasks.of("acme", id, request, end, DIGITS, NOON));
    }
    return states;
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void send(List<TaskRecord> tasks) {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      tasks.forEach(task -> send(producer, task));
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer, TaskRecord task) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, WRITER.key(task.tenant(), task.id()), WRITER.write(task)));
  }

  /** Until the rows are what the last state of each task says. */
  private void awaitModel(List<TaskRecord> told) {
    Map<String, TaskRecord> model = new HashMap<>();
    told.forEach(task -> model.put(task.id(), task));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Map<String, TaskRecord> rows = new HashMap<>();
              TaskCursor after = null;
              do {
                TaskPage page = store.page(new TaskQuery("acme", null, null, null, after, 1_000));
                for (TaskRecord row : page.tasks()) {
                  rows.put(row.id(), store.find("acme", row.id()).orElseThrow());
                }
                after = page.next();
              } while (after != null);
              assertThat(rows).isEqualTo(model);
            });
  }

  /** Until the database has the ends of the partitions. */
  private void awaitOffsets() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        TestServer.rows(
                            database,
                            "select partition, next_offset from task_offset order by partition"))
                    .containsExactly("0 " + end(0), "1 " + end(1)));
  }

  private long end(int partition) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicPartition asked = new TopicPartition(topic, partition);
      return admin
          .listOffsets(Map.of(asked, OffsetSpec.latest()))
          .partitionResult(asked)
          .get()
          .offset();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.TestServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.health.ComponentHealth;
import dev.millrace.protocol.TaskRecord;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several that project, and a database that goes away. */
@ExtendWith(TestServers.class)
class SharedProjectionTest {
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

  private final TestServer server;
  private final TasksTopic topic;
  private final Database database;
  private final ProjectedTasks projected;
  private int sent;

  SharedProjectionTest(TestServer server, TasksTopic topic, Database database) {
    this.server = server;
    this.topic = topic;
    this.database = database;
    this.projected = new ProjectedTasks(topic, database);
  }

  @Test
  void instancesShareThePartitionsAndEachRecordIsProjectedOnce() throws Exception {
    TestServer.execute(database, RECORD_MOVES);
    List<TaskRecord> told = TaskHistories.random(2_000, 8);
    try (Database elsewhere = server.openAgain(database);
        TaskProjection one = project();
        KafkaProducer<byte[], byte[]> producer = topic.producer(Map.of())) {
      told.subList(0, 1_000).forEach(task -> topic.send(producer, task));
      // Another comes while it reads, and goes again.
      try (TaskProjection other = TaskProjection.start(topic.settings(), elsewhere)) {
        await().atMost(PATIENCE).until(() -> both(producer, told, 1_000, 2_000, one, other));
      }
      told.subList(2_000, told.size()).forEach(task -> topic.send(producer, task));
      producer.flush();
      projected.await(told);
    }
    assertEachOffsetMovedOnce();
  }

  @Test
  void eachDatabaseHasAllTasks() throws Exception {
    List<TaskRecord> told = TaskHistories.random(200, 9);
    try (Database another = server.open(TestServer.schema());
        TaskProjection one = project();
        TaskProjection other = TaskProjection.start(topic.settings(), another)) {
      topic.send(told);
      projected.await(told);
      new ProjectedTasks(topic, another).await(told);
      assertThat(one.problem()).isEmpty();
      assertThat(other.problem()).isEmpty();
    }
  }

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
    told.subList(start, stop).forEach(task -> topic.send(producer, task));
    producer.flush();
    sent = stop;
    return stop == to && members() == 2 && one.problem().isEmpty() && other.problem().isEmpty();
  }

  private int members() {
    try (Admin admin = topic.admin()) {
      return (int)
          admin
              .describeConsumerGroups(
                  List.of(TaskProjection.consumerGroup(topic.settings().group(), database)))
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
      assertThat(next).isEqualTo(topic.end(partition)).isPositive();
    }
  }

  @Test
  void killsOfTheDatabaseAmidAStreamLoseAndRepeatNothing() throws Exception {
    TestServer.execute(database, RECORD_MOVES);
    List<TaskRecord> told = TaskHistories.random(3_000, 9);
    try (TaskProjection projection = project();
        KafkaProducer<byte[], byte[]> producer = topic.producer(Map.of())) {
      StorageCheck check = new StorageCheck(database, projection, 1_000_000);
      await().atMost(PATIENCE).until(() -> check.look().level() == ComponentHealth.Level.HEALTHY);
      for (int part = 0; part < 3; part++) {
        int size = told.size() / 3;
        long before = rows();
        told.subList(part * size, (part + 1) * size).forEach(task -> topic.send(producer, task));
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
      told.subList(told.size() / 3 * 3, told.size()).forEach(task -> topic.send(producer, task));
      producer.flush();
      projected.await(told);
    }
    assertEachOffsetMovedOnce();
  }

  private long rows() throws SQLException {
    return Long.parseLong(TestServer.rows(database, "select count(*) from task").get(0));
  }

  private TaskProjection project() {
    return TaskProjection.start(topic.settings(), database);
  }
}

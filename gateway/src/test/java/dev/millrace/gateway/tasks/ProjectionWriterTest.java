package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.Tasks.DIGITS;
import static dev.millrace.gateway.tasks.Tasks.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(TestServers.class)
class ProjectionWriterTest {
  private static final TopicPartition PARTITION = new TopicPartition("tasks", 0);

  /** Every column, the time of the last change included. */
  private static final String EVERYTHING = "select * from task order by tenant, id";

  private final Database database;
  private final TaskStore store;

  ProjectionWriterTest(Database database) {
    this.database = database;
    this.store = new TaskStore(database);
  }

  @Test
  void theSameAgainChangesNothing() throws Exception {
    List<TaskRecord> history =
        List.of(
            Tasks.queued("a", 1),
            Tasks.failed("full", 2, ErrorCode.OVERLOADED),
            Tasks.running("a", 1),
            Tasks.queued("full", 3),
            Tasks.succeeded("a", 1),
            Tasks.succeeded("full", 3),
            Tasks.queued("waits", 4),
            Tasks.running("runs", 5),
            Tasks.running("runs", 5));
    TestServer.project(database, history);
    assertThat(store.find("acme", "full")).contains(Tasks.succeeded("full", 3));
    List<String> before = TestServer.rows(database, EVERYTHING);

    TestServer.project(database, history);
    TestServer.project(database, 2, history.subList(2, 5));
    assertThat(TestServer.rows(database, EVERYTHING)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aTaskNeverGoesBackwardsWhateverComesAgainAndInWhatOrder(long seed) throws Exception {
    Random random = new Random(seed);
    List<TaskStatus> statuses = List.of(TaskStatus.values());
    Map<String, TaskStatus> reached = new HashMap<>();
    for (int round = 0; round < 60; round++) {
      List<TaskRecord> shuffled = new ArrayList<>();
      for (int number = 0; number < 20; number++) {
        TaskStatus status = statuses.get(random.nextInt(round < 30 ? 2 : statuses.size()));
        shuffled.add(Tasks.of("acme", "task-" + number, number, status, DIGITS, NOON));
      }
      Collections.shuffle(shuffled, random);
      TestServer.project(database, random.nextInt(1_000), shuffled);
      for (TaskRecord told : shuffled) {
        TaskStatus before = reached.get(told.id());
        TaskStatus now = store.find("acme", told.id()).orElseThrow().status();
        TaskStatus expected =
            before != null && (before.isTerminal() || before.compareTo(told.status()) > 0)
                ? before
                : told.status();
        assertThat(now).as("%s, which was %s", told, before).isEqualTo(expected);
        reached.put(told.id(), now);
      }
    }
    assertThat(reached.values()).allMatch(TaskStatus::isTerminal);
  }

  @Test
  void anIdThatIsUsedAgainBeginsAnewAndItsFormerLifeDoesNotComeBack() throws Exception {
    List<TaskRecord> history =
        List.of(
            Tasks.queued("a", 10),
            Tasks.failed("a", 10, ErrorCode.OVERLOADED),
            // Sent by somebody whose clock is behind, to another partition, which is shorter.
            Tasks.of("acme", "a", 3, TaskStatus.QUEUED, DIGITS, NOON - 1_000),
            Tasks.of("acme", "a", 3, TaskStatus.RUNNING, DIGITS, NOON - 1_000));
    TestServer.project(database, history);
    assertThat(store.find("acme", "a")).contains(history.get(3));

    TestServer.project(database, history.subList(0, 3));
    assertThat(store.find("acme", "a")).contains(history.get(3));
  }

  @Test
  void amongPartitionsTheLifeThatBeganLaterStays() throws Exception {
    TaskRecord early = Tasks.of("acme", "a", 10, TaskStatus.SUCCEEDED, DIGITS, NOON);
    TaskRecord late = Tasks.of("acme", "a", 3, TaskStatus.QUEUED, DIGITS, NOON + 1);
    TaskChange first = new TaskChange.Told(at(0, 900), 900, early);
    TaskChange second = new TaskChange.Told(at(1, 2), 2, late);
    for (List<TaskChange> order : List.of(List.of(first, second), List.of(second, first))) {
      TestServer.execute(database, "truncate task");
      assertThat(write(order)).isTrue();
      assertThat(store.find("acme", "a")).contains(late);
    }
  }

  @Test
  void whatTheDatabaseRefusesIsSkippedAndTheRestIsWritten() throws Exception {
    // A tenant and an id that no index can hold: random, since PostgreSQL compresses.
    String endless =
        new Random(7)
            .ints(6_000, 'a', 'z' + 1)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    ProjectionWriter writer = TestServer.writer(database);
    List<TaskChange> changes = new ArrayList<>();
    for (TaskRecord task :
        List.of(
            Tasks.queued("a", 1),
            Tasks.queued("nul\0", 2),
            Tasks.succeeded("b", 3),
            Tasks.queued(endless, 4),
            Tasks.succeeded("c", 5))) {
      changes.add(new TaskChange.Told(at(0, changes.size()), changes.size(), task));
    }
    changes.add(new TaskChange.Unreadable(at(0, 5), "it is no JSON"));
    StoredOffset begin = claim();

    assertThat(
            writer.write(
                new ProjectionBatch(
                    Map.of(PARTITION, new ProjectionBatch.Move(begin, begin.advancedTo(6))),
                    changes)))
        .isTrue();
    assertThat(writer.skipped()).isEqualTo(3);
    assertThat(TestServer.rows(database, "select id, status from task order by id"))
        .containsExactly("a queued", "b succeeded", "c succeeded");
    assertThat(claim()).isEqualTo(begin.advancedTo(6));
  }

  @Test
  void textsThatPostgresqlCannotStoreAreStoredAsNearAsCanBe() throws Exception {
    TaskRecord quoting = Tasks.failed("quoting", 1, ErrorCode.MODEL_NOT_FOUND, "no model 'a\0b'");
    TaskRecord named =
        Tasks.of("acme", "named", 2, TaskStatus.FAILED, new ModelReference("a\0b", "\0"), NOON);
    TaskRecord endless =
        Tasks.of(
            "acme", "long", 3, TaskStatus.FAILED, new ModelReference("m".repeat(256), "1"), NOON);
    TestServer.project(database, List.of(quoting, named, endless));

    assertThat(store.find("acme", "quoting").orElseThrow().fault())
        .isEqualTo(
            new TaskRecord.Fault(
                "model_not_found", "no model 'a\uFFFDb'", "invalid_request_error", "inputs"));
    assertThat(store.find("acme", "named").orElseThrow().model())
        .isEqualTo(new ModelReference("a\uFFFDb", "\uFFFD"));
    assertThat(store.find("acme", "long").orElseThrow().model()).isNull();
  }

  @Test
  void oneWhoHasLostThePartitionWritesNothing() throws Exception {
    StoredOffset begin = claim();
    ProjectionBatch batch =
        new ProjectionBatch(
            Map.of(PARTITION, new ProjectionBatch.Move(begin, begin.advancedTo(1))),
            List.of(new TaskChange.Told(at(0, 0), 0, Tasks.queued("a", 1))));
    assertThat(TestServer.writer(database).write(batch)).isTrue();
    List<String> before = TestServer.rows(database, EVERYTHING);

    ProjectionBatch stale =
        new ProjectionBatch(
            Map.of(PARTITION, new ProjectionBatch.Move(begin, begin.advancedTo(2))),
            List.of(
                new TaskChange.Told(at(0, 0), 0, Tasks.running("a", 1)),
                new TaskChange.Told(at(0, 1), 1, Tasks.queued("b", 2))));
    assertThat(TestServer.writer(database).write(stale)).isFalse();
    assertThat(TestServer.rows(database, EVERYTHING)).isEqualTo(before);
    assertThat(claim()).isEqualTo(begin.advancedTo(1));
  }

  @Test
  void aTombstoneForgetsWhatWasBeforeItOnly() throws Exception {
    TaskChange told = new TaskChange.Told(at(0, 0), 0, Tasks.succeeded("a", 1));
    TaskChange forgotten = new TaskChange.Forgotten(at(0, 1), 1, "acme", "a");
    TaskChange again = new TaskChange.Told(at(0, 2), 2, Tasks.queued("a", 2));
    assertThat(write(List.of(told, forgotten))).isTrue();
    assertThat(store.find("acme", "a")).isEmpty();

    assertThat(write(List.of(told, forgotten, again))).isTrue();
    assertThat(write(List.of(forgotten))).isTrue();
    assertThat(store.find("acme", "a")).contains(Tasks.queued("a", 2));
  }

  @Test
  void positionsGoOnWhereATopicIsMadeAnew() throws Exception {
    StoredOffset far = claim().advancedTo(1_000);
    assertThat(far.restarted(2_000)).as("old records were deleted").isEqualTo(claim());
    StoredOffset anew = far.restarted(3);
    assertThat(anew.isBeginning()).isTrue();
    assertThat(anew.position(0)).isEqualTo(1_000);
    assertThat(anew.advancedTo(5).restarted(2).position(0)).isEqualTo(1_005);

    TestServer.project(database, 999, List.of(Tasks.failed("a", 1, ErrorCode.OVERLOADED)));
    TaskRecord again = Tasks.queued("a", 2);
    assertThat(write(List.of(new TaskChange.Told(at(0, 0), anew.position(0), again)))).isTrue();
    assertThat(store.find("acme", "a")).contains(again);
  }

  private boolean write(List<TaskChange> changes) throws SQLException {
    return TestServer.writer(database).write(new ProjectionBatch(Map.of(), changes));
  }

  private StoredOffset claim() throws SQLException {
    return Objects.requireNonNull(
        new ProjectionOffsets(database, "group").claim(List.of(PARTITION)).get(PARTITION));
  }

  private static RecordCoordinates at(int partition, long offset) {
    return new RecordCoordinates("tasks", partition, offset);
  }
}

package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.TestServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.TaskStatus;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestServers.class)
class TaskRetentionTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final TestServer server;
  private final Database database;

  TaskRetentionTest(TestServer server, Database database) {
    this.server = server;
    this.database = database;
  }

  @Test
  void deletesInBatchesWhatEndedLongAgoAndNothingElse() throws Exception {
    long now = System.currentTimeMillis();
    TestServer.project(
        database,
        List.of(
            Tasks.of("acme", "old", 1, TaskStatus.FAILED, null, 0),
            Tasks.of("acme", "held", 2, TaskStatus.SUCCEEDED, null, 0),
            Tasks.of("acme", "new", 3, TaskStatus.SUCCEEDED, null, now - DAY.toMillis() / 2),
            Tasks.of("acme", "waits", 4, TaskStatus.QUEUED, null, 0),
            Tasks.of("acme", "runs", 5, TaskStatus.RUNNING, null, 0)));
    // More than two batches.
    TestServer.execute(
        database,
        """
        insert into task (tenant, id, status, created_at, ended_at, batch_size, source)
        select 'acme', 'many-' || n, 'expired', 0, 1, 0, 'requests/1/' || n
        from generate_series(1, 12000) n
        """);
    try (Connection other = database.connection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select 1 from task where id = 'held' for update");
      try (TaskRetention retention = TaskRetention.start(database, DAY, Duration.ofMillis(100))) {
        // What somebody else is writing is left alone, and nobody waits for it.
        await().atMost(PATIENCE).until(() -> ids().size() == 4);
        assertThat(ids()).containsExactly("held", "new", "runs", "waits");
        other.rollback();
        await().atMost(PATIENCE).until(() -> ids().size() == 3);
        assertThat(ids()).containsExactly("new", "runs", "waits");
      }
    }
  }

  @Test
  void goesOnWhenTheServerIsBack() throws Exception {
    assertThat(database.problem()).isEmpty();
    try (TaskRetention retention = TaskRetention.start(database, DAY, Duration.ofMillis(50))) {
      server.kill();
      await().atMost(PATIENCE).until(() -> database.problem().isPresent());
      await().atMost(PATIENCE).until(() -> database.problem().isEmpty());
      TestServer.project(database, List.of(Tasks.of("acme", "old", 1, TaskStatus.FAILED, null, 0)));
      await().atMost(PATIENCE).until(() -> ids().isEmpty());
      assertThatThrownBy(() -> TaskRetention.start(database, DAY, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private List<String> ids() throws Exception {
    return TestServer.rows(database, "select id from task order by id");
  }
}

package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.TestServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.TaskRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** What a database has of a topic of tasks, all of which are of one tenant. */
final class ProjectedTasks {
  private static final String TENANT = "acme";

  private final TasksTopic topic;
  private final Database database;
  private final TaskStore store;

  ProjectedTasks(TasksTopic topic, Database database) {
    this.topic = topic;
    this.database = database;
    this.store = new TaskStore(database);
  }

  /** Until the database has all of the topic, which then is the last state of each task. */
  void await(List<TaskRecord> told) throws SQLException {
    awaitOffsets();
    Map<String, TaskRecord> model = new HashMap<>();
    told.forEach(task -> model.put(task.id(), task));
    assertThat(rows()).isEqualTo(model);
  }

  private Map<String, TaskRecord> rows() throws SQLException {
    Map<String, TaskRecord> rows = new HashMap<>();
    TaskCursor after = null;
    do {
      TaskPage page = store.page(new TaskQuery(TENANT, null, null, null, after, 1_000));
      for (TaskRecord row : page.tasks()) {
        rows.put(row.id(), store.find(TENANT, row.id()).orElseThrow());
      }
      after = page.next();
    } while (after != null);
    return rows;
  }

  /** Until the database has the ends of the partitions. */
  void awaitOffsets() {
    List<String> ends = new ArrayList<>();
    for (int partition = 0; partition < TasksTopic.PARTITIONS; partition++) {
      ends.add(partition + " " + topic.end(partition));
    }
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .untilAsserted(
            () ->
                assertThat(
                        TestServer.rows(
                            database,
                            "select partition, next_offset from task_offset order by partition"))
                    .isEqualTo(ends));
  }
}

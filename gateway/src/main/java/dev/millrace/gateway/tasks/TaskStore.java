package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.TaskRecord;
import java.sql.SQLException;
import java.util.Optional;

/** Reads and writes tasks. Blocks; safe for use by several threads. */
public final class TaskStore {
  private final Database database;

  public TaskStore(Database database) {
    this.database = database;
  }

  /** A task with its result. */
  public Optional<TaskRecord> find(String tenant, String id) throws SQLException {
    throw new SQLException("not there yet: " + database.isReady());
  }

  /** Tasks of a tenant, the newest first, without their results. */
  public TaskPage page(TaskQuery query) throws SQLException {
    throw new SQLException("not there yet: " + database.isReady());
  }

  /**
   * Notes a task that Kafka has just taken, so that it is found before the job tells of it. Nothing
   * where it is known already, unless it failed for want of room and this is another try.
   *
   * @param queued with the coordinates that Kafka gave its request
   */
  public void accepted(TaskRecord queued) throws SQLException {
    throw new SQLException("not there yet: " + database.isReady());
  }
}

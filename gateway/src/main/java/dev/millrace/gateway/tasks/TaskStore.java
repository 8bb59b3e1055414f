package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.TaskRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes tasks. Blocks; safe for use by several threads. */
public final class TaskStore {
  private static final String FIND =
      "select %s from task where tenant = ? and id = ?".formatted(TaskColumns.ALL);

  private final Database database;

  public TaskStore(Database database) {
    this.database = database;
  }

  /**
   * A task with its result.
   *
   * @throws SQLException when the database does not answer
   */
  public Optional<TaskRecord> find(String tenant, String id) throws SQLException {
    if (!TaskColumns.isStorable(tenant) || !TaskColumns.isStorable(id)) {
      return Optional.empty();
    }
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(FIND)) {
      statement.setString(1, tenant);
      statement.setString(2, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(TaskColumns.read(row, true)) : Optional.empty();
      }
    }
  }

  /**
   * Tasks of a tenant, the newest first, without their results. Reads no row that is not on the
   * page, whatever the filters.
   *
   * @throws SQLException when the database does not answer
   */
  public TaskPage page(TaskQuery query) throws SQLException {
    String model = query.model();
    if (!TaskColumns.isStorable(query.tenant())
        || (model != null && !TaskColumns.isStorable(model))) {
      return new TaskPage(List.of(), null);
    }
    List<TaskRecord> tasks = new ArrayList<>();
    try (Connection connection = database.connection();
        PreparedStatement statement = PageStatement.of(query).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        tasks.add(TaskColumns.read(rows, false));
      }
    }
    if (tasks.size() <= query.limit()) {
      return new TaskPage(tasks, null);
    }
    List<TaskRecord> page = tasks.subList(0, query.limit());
    TaskRecord last = page.get(page.size() - 1);
    return new TaskPage(page, new TaskCursor(last.times().created(), last.id()));
  }

  /**
   * Notes a task that Kafka has just taken, so that it is found before the job tells of it. Nothing
   * where it is known already, unless it failed for want of room and this is another try. All that
   * the job tells goes before this note.
   *
   * @param queued with the coordinates that Kafka gave its request
   * @throws SQLException when the database does not answer, or cannot store the id
   */
  public void accepted(TaskRecord queued) throws SQLException {
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(TaskUpsert.NOTED)) {
      TaskUpsert.noted(statement, queued);
      statement.executeUpdate();
    }
  }
}

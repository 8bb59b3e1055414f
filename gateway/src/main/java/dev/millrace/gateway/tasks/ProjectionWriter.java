package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import dev.millrace.protocol.TaskRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes and how far they go in one transaction, and tells who listens of tasks that have
 * ended by it. Blocks; for one thread.
 */
final class ProjectionWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectionWriter.class);

  private static final String FORGET =
      """
      delete from task where tenant = ? and id = ?
        and (position is null or partition <> ? or position < ?)
      """;

  private static final String NOTIFY = "select pg_notify('%s', ?)".formatted(TaskNotice.CHANNEL);

  /**
   * Classes of SQLSTATE where the values are at fault, so that the same values fail again: data
   * exceptions, violated constraints, and limits of the server such as the size of an index's row.
   */
  private static final Set<String> OF_DATA = Set.of("22", "23", "54");

  private final Database database;
  private final ProjectionOffsets offsets;
  private final AtomicLong skipped = new AtomicLong();

  ProjectionWriter(Database database, ProjectionOffsets offsets) {
    this.database = database;
    this.offsets = offsets;
  }

  /** Records that were left out so far. */
  long skipped() {
    return skipped.get();
  }

  /**
   * Writes a batch. When the database refuses it for its values, its changes are written one by
   * one, and those that are refused are left out.
   *
   * @return false when a partition is not where the batch begins, so that nothing was written
   * @throws SQLException when it was not written, or nobody knows whether it was
   */
  boolean write(ProjectionBatch batch) throws SQLException {
    try (Connection connection = database.connection()) {
      connection.setAutoCommit(false);
      try {
        return write(connection, batch, this::together);
      } catch (SQLException e) {
        if (!isOfData(e)) {
          throw e;
        }
        LOG.debug("The database refuses a batch.", e);
      }
      connection.rollback();
      return write(connection, batch, this::oneByOne);
    }
  }

  private static boolean isOfData(SQLException e) {
    String state = e.getSQLState();
    return state != null && state.length() == 5 && OF_DATA.contains(state.substring(0, 2));
  }

  private boolean write(Connection connection, ProjectionBatch batch, Way way) throws SQLException {
    for (Map.Entry<TopicPartition, ProjectionBatch.Move> move : batch.moves().entrySet()) {
      // Before the rows: who has lost the partition waits here for the one who has it, and is told.
      if (!offsets.move(connection, move.getKey(), move.getValue().from(), move.getValue().to())) {
        connection.rollback();
        return false;
      }
    }
    List<Long> ended = new ArrayList<>();
    int refused = way.write(connection, batch.changes(), ended);
    tell(connection, ended);
    connection.commit();
    skipped.addAndGet(refused);
    return true;
  }

  /** One of two ways to write changes. */
  private interface Way {
    /**
     * Writes them.
     *
     * @param ended takes the numbers of tasks that have ended by it
     * @return how many were left out
     */
    int write(Connection connection, List<TaskChange> changes, List<Long> ended)
        throws SQLException;
  }

  private int together(Connection connection, List<TaskChange> changes, List<Long> ended)
      throws SQLException {
    int unreadable = 0;
    List<TaskRecord> told = new ArrayList<>();
    try (PreparedStatement upsert = connection.prepareStatement(TaskUpsert.PROJECTED)) {
      for (TaskChange change : changes) {
        if (change instanceof TaskChange.Told state) {
          set(upsert, state);
          upsert.addBatch();
          told.add(state.task());
        } else if (change instanceof TaskChange.Forgotten forgotten) {
          // In its place: what was told before goes, and what is told after it stays.
          flush(upsert, told, ended);
          forget(connection, forgotten);
        } else if (change instanceof TaskChange.Unreadable record) {
          unreadable++;
          logSkipped(record.coordinates().toString(), record.reason());
        }
      }
      flush(upsert, told, ended);
    }
    return unreadable;
  }

  private static void flush(PreparedStatement upsert, List<TaskRecord> told, List<Long> ended)
      throws SQLException {
    if (told.isEmpty()) {
      return;
    }
    int[] rows = upsert.executeBatch();
    for (int index = 0; index < rows.length; index++) {
      if (rows[index] == 1) {
        noteEnd(told.get(index), ended);
      }
    }
    told.clear();
  }

  private int oneByOne(Connection connection, List<TaskChange> changes, List<Long> ended)
      throws SQLException {
    int refused = 0;
    for (TaskChange change : changes) {
      Savepoint before = connection.setSavepoint();
      try {
        refused += together(connection, List.of(change), ended);
        connection.releaseSavepoint(before);
      } catch (SQLException e) {
        if (!isOfData(e)) {
          throw e;
        }
        connection.rollback(before);
        refused++;
        logSkipped(change.coordinates().toString(), "refused by the database: " + e.getMessage());
      }
    }
    return refused;
  }

  private static void set(PreparedStatement upsert, TaskChange.Told state) throws SQLException {
    TaskUpsert.projected(upsert, state.task(), state.coordinates().partition(), state.position());
  }

  private static void forget(Connection connection, TaskChange.Forgotten forgotten)
      throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
      delete.setString(1, forgotten.tenant());
      delete.setString(2, forgotten.id());
      delete.setInt(3, forgotten.coordinates().partition());
      delete.setLong(4, forgotten.position());
      delete.executeUpdate();
    }
  }

  private static void noteEnd(TaskRecord task, List<Long> ended) {
    if (task.status().isTerminal()) {
      ended.add(TaskNotice.number(task.tenant(), task.id()));
    }
  }

  private static void tell(Connection connection, List<Long> ended) throws SQLException {
    if (ended.isEmpty()) {
      return;
    }
    try (PreparedStatement notify = connection.prepareStatement(NOTIFY)) {
      for (String text : TaskNotice.texts(ended)) {
        notify.setString(1, text);
        notify.execute();
      }
    }
  }

  private static void logSkipped(String coordinates, String reason) {
    LOG.warn("The record {} of the topic of tasks is skipped: {}", coordinates, reason);
  }
}

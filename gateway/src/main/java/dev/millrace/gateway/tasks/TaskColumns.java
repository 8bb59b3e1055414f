package dev.millrace.gateway.tasks;

import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** A task as a row: its columns, in their order. */
final class TaskColumns {
  /** All but the result, which comes last. */
  static final String WITHOUT_RESULT =
      "tenant, id, status, model, model_version, created_at, started_at, ended_at, batch_size,"
          + " source, error_code, error_message, error_type, error_param";

  /** All of them. */
  static final String ALL = WITHOUT_RESULT + ", result";

  /** As many parameters as there are columns. */
  static final String PARAMETERS = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?";

  /** The index of the first parameter behind those of the columns. */
  static final int BEHIND = 16;

  /**
   * The longest name of a model, in bytes of UTF-8: models are directories, and a name that is
   * longer names none. An index cannot hold texts of any length.
   */
  private static final int MAXIMUM_MODEL_BYTES = 255;

  private static final char NUL = '\0';
  private static final char REPLACEMENT = '\uFFFD';

  private TaskColumns() {}

  /** Sets the parameters of all columns. */
  static void write(PreparedStatement statement, TaskRecord task) throws SQLException {
    TaskRecord.Fault fault = task.fault();
    ModelReference model = task.model();
    String name = model == null ? null : modelName(model.name());
    statement.setString(1, task.tenant());
    statement.setString(2, task.id());
    statement.setObject(3, task.status().wireName(), Types.OTHER);
    statement.setString(4, name);
    statement.setString(5, model == null || name == null ? null : storable(model.version()));
    statement.setLong(6, task.times().created());
    statement.setObject(7, task.times().started(), Types.BIGINT);
    statement.setObject(8, task.times().ended(), Types.BIGINT);
    statement.setInt(9, task.batchSize());
    statement.setString(10, task.source().toString());
    statement.setString(11, fault == null ? null : storable(fault.code()));
    statement.setString(12, fault == null ? null : storable(fault.message()));
    statement.setString(13, fault == null ? null : storable(fault.type()));
    statement.setString(14, fault == null ? null : storable(fault.param()));
    statement.setString(15, task.result());
  }

  private static @Nullable String modelName(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_MODEL_BYTES
        ? null
        : storable(name);
  }

  /**
   * The text without U+0000, which PostgreSQL cannot store: a client can write it into whatever a
   * message quotes.
   */
  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace(NUL, REPLACEMENT);
  }

  /** Whether some row may hold this text. */
  static boolean isStorable(String text) {
    return text.indexOf(NUL) < 0;
  }

  /**
   * The task of the row on which the cursor stands.
   *
   * @param withResult whether its columns are {@link #ALL}
   */
  static TaskRecord read(ResultSet row, boolean withResult) throws SQLException {
    String model = row.getString(4);
    return new TaskRecord(
        row.getString(1),
        row.getString(2),
        RecordCoordinates.parse(row.getString(10)),
        status(row.getString(3)),
        model == null ? null : new ModelReference(model, row.getString(5)),
        new TaskRecord.Times(
            row.getLong(6), row.getObject(7, Long.class), row.getObject(8, Long.class)),
        row.getInt(9),
        withResult ? row.getString(15) : null,
        fault(row));
  }

  private static TaskStatus status(String wireName) throws SQLException {
    return TaskStatus.fromWireName(wireName)
        .orElseThrow(() -> new SQLException("a task of status " + wireName));
  }

  private static TaskRecord.@Nullable Fault fault(ResultSet row) throws SQLException {
    String code = row.getString(11);
    return code == null
        ? null
        : new TaskRecord.Fault(code, row.getString(12), row.getString(13), row.getString(14));
  }
}

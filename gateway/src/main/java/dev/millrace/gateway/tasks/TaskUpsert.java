package dev.millrace.gateway.tasks;

import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.TaskRecord;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;

/**
 * How a state of a task becomes its row.
 *
 * <p>A row changes for the better only, so that the topic may be read again at any time:
 *
 * <ul>
 *   <li>A state of the same life, which is that of the same request, takes the place of one that
 *       comes before it, or of an equal one that was told earlier, until the task has ended. The
 *       time of creation stays the first one told, so that a task keeps its place among the pages.
 *   <li>A state of another life takes its place when it stood later on the topic. The states of a
 *       task are in one partition, in the order in which they happened; where that is not so, since
 *       somebody gave the topic more partitions, the life that was created later wins.
 *   <li>What the gateway has noted stands nowhere on the topic, and yields to all that does.
 * </ul>
 */
final class TaskUpsert {
  private static final String INSERT =
      "insert into task (%s, partition, position) values (%s, ?, ?)"
          .formatted(TaskColumns.ALL, TaskColumns.PARAMETERS);

  private static final String STATE =
      """
      status = excluded.status, model = excluded.model, model_version = excluded.model_version,
      started_at = excluded.started_at, ended_at = excluded.ended_at,
      batch_size = excluded.batch_size, source = excluded.source, result = excluded.result,
      error_code = excluded.error_code, error_message = excluded.error_message,
      error_type = excluded.error_type, error_param = excluded.error_param, updated = now(),
      """;

  /** The state of a record of the topic. */
  static final String PROJECTED =
      INSERT
          + " on conflict (tenant, id) do update set "
          + STATE
          + """
            partition = excluded.partition, position = excluded.position,
            created_at = case when task.source = excluded.source
              then task.created_at else excluded.created_at end
            where case
              when task.source = excluded.source
                then task.status < 'succeeded'
                  and (excluded.status > task.status
                    or excluded.status = task.status
                      and (task.position is null or excluded.position > task.position))
              when task.position is null
                then true
              when task.partition = excluded.partition
                then excluded.position > task.position
              else excluded.created_at > task.created_at
            end
            """;

  /**
   * The note of the gateway. A task that failed for want of room has not used its id, so a later
   * request under it is another life, of which the job will tell; the place on the topic stays, so
   * that the former life does not come back when it is read again. Every other row stays as it is:
   * the job will not tell of a request that it refuses under the id of a task.
   */
  static final String NOTED =
      INSERT
          + " on conflict (tenant, id) do update set "
          + STATE
          + """
            created_at = excluded.created_at
            where task.status = 'failed' and task.error_code = '%s'
              and task.source <> excluded.source
            """
              .formatted(ErrorCode.OVERLOADED.wireName());

  private TaskUpsert() {}

  /** Sets the parameters of {@link #PROJECTED}. */
  static void projected(PreparedStatement statement, TaskRecord task, int partition, long position)
      throws SQLException {
    TaskColumns.write(statement, task);
    statement.setInt(TaskColumns.BEHIND, partition);
    statement.setLong(TaskColumns.BEHIND + 1, position);
  }

  /** Sets the parameters of {@link #NOTED}. */
  static void noted(PreparedStatement statement, TaskRecord task) throws SQLException {
    TaskColumns.write(statement, task);
    statement.setNull(TaskColumns.BEHIND, Types.INTEGER);
    statement.setNull(TaskColumns.BEHIND + 1, Types.BIGINT);
  }
}

package dev.millrace.bench.tasks;

import dev.millrace.bench.Progress;
import dev.millrace.gateway.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Many tasks as a gateway has them after a month: of 21 tenants the first has 70 %, nine in ten
 * have succeeded, and of six models the first has half of them.
 */
final class TaskTable {
  /** When the first was created, epoch milliseconds. */
  static final long FIRST = 1_790_000_000_000L;

  /** From the first to the last, milliseconds. */
  static final long SPAN = 30L * 24 * 60 * 60 * 1_000;

  static final String LARGE_TENANT = "tenant-0";
  static final String SMALL_TENANT = "tenant-20";
  static final String COMMON_MODEL = "model-0";
  static final String RARE_MODEL = "model-5";

  private static final long BATCH = 50_000;

  /** The parameters: the number of all tasks, and of the first and the last of the batch. */
  private static final String FILL =
      """
      insert into task (tenant, id, status, model, model_version, created_at, started_at, ended_at,
        batch_size, source, result, error_code, error_message, error_type)
      select
        'tenant-' || case when tenant < 0.7 then 0 else 1 + floor((tenant - 0.7) / 0.3 * 20) end,
        md5(n::text)::uuid::text, status::task_status,
        'model-' || case when model < 0.5 then 0 when model < 0.99 then 1 + floor(model * 400)::int %% 4 else 5 end,
        '1', created,
        case when status in ('running', 'succeeded', 'failed') then created + 12 end,
        case when status not in ('queued', 'running') then created + 20 end,
        case when status in ('running', 'succeeded', 'failed') then 32 else 0 end,
        'millrace.requests/' || n %% 8 || '/' || n / 8,
        case when status = 'succeeded' then
          '{"model_name":"model","outputs":[{"name":"scores","datatype":"FP32","shape":[1,10],"data":['
          || md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text) || md5((n + 3)::text) || ']}]}' end,
        case when status not in ('queued', 'running', 'succeeded') then 'engine_failure' end,
        case when status not in ('queued', 'running', 'succeeded') then 'the engine has failed' end,
        case when status not in ('queued', 'running', 'succeeded') then 'server_error' end
      from (
        select n, tenant, model, %d + n * %d / ? as created,
          case when status < 0.9 then 'succeeded' when status < 0.95 then 'failed'
            when status < 0.98 then 'expired' when status < 0.995 then 'running'
            when status < 0.999 then 'queued' else 'cancelled' end as status
        from (
          select n, random() as tenant, random() as model, random() as status
          from generate_series(?, ?) n
        ) chance
      ) task
      """
          .formatted(FIRST, SPAN);

  private TaskTable() {}

  /** Fills it; takes about a minute for a million. */
  static void fill(Database database, long rows, Progress progress)
      throws SQLException, InterruptedException {
    try (Connection connection = database.connection();
        Statement statement = connection.createStatement();
        PreparedStatement insert = connection.prepareStatement(FILL)) {
      statement.execute("select setseed(0.5)");
      for (long filled = 0; filled < rows; filled += BATCH) {
        if (Thread.interrupted()) {
          throw new InterruptedException("while tasks were made");
        }
        insert.setLong(1, rows);
        insert.setLong(2, filled);
        insert.setLong(3, Math.min(rows, filled + BATCH) - 1);
        insert.executeUpdate();
        progress.update("%,d of %,d tasks".formatted(Math.min(rows, filled + BATCH), rows));
      }
    }
    analyze(database);
    progress.say("%,d tasks".formatted(rows));
  }

  /** As the server does by itself after a while. */
  private static void analyze(Database database) throws SQLException {
    try (Connection connection = database.dedicatedConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("vacuum (analyze) task");
    }
  }
}

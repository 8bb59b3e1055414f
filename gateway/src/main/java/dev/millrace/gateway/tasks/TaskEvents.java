package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;

/** Hears of tasks' ends through PostgreSQL's LISTEN, from whatever instance projected them. */
public final class TaskEvents implements AutoCloseable {
  private TaskEvents() {}

  /** Begins to listen, as soon as the database answers; returns at once. */
  public static TaskEvents start(Database database) {
    return new TaskEvents();
  }

  /**
   * Calls {@code look} whenever the task may have ended, until the registration is closed. Look
   * once after this has returned: what was before is not told.
   *
   * @param look runs on the listening thread and must not block; also called when nothing has
   *     changed, such as after each connection, since notifications may have been missed before
   */
  public Registration watch(String tenant, String id, Runnable look) {
    return () -> {};
  }

  @Override
  public void close() {}

  /** A watcher that is told. */
  public interface Registration extends AutoCloseable {
    /** Tells it no more; a call that is under way ends. */
    @Override
    void close();
  }
}

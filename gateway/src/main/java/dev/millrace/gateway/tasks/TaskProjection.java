package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import java.util.Optional;

/**
 * Projects the topic of tasks into the database. The instances of one consumer group share the
 * partitions.
 */
public final class TaskProjection implements AutoCloseable {
  private TaskProjection() {}

  /** Begins, and goes on whenever Kafka and the database are there; returns at once. */
  public static TaskProjection start(TaskProjectionSettings settings, Database database) {
    return new TaskProjection();
  }

  /** Why it does not go on now, in one line; empty when it does. */
  public Optional<String> problem() {
    return Optional.empty();
  }

  /** Records behind the end of this instance's partitions, as last known. */
  public long lag() {
    return 0;
  }

  /** Records that were no states of tasks, or that the database refused, since the start. */
  public long skipped() {
    return 0;
  }

  @Override
  public void close() {}
}

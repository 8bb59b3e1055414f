package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.BackOff;
import dev.millrace.gateway.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes tasks that ended longer ago than the retention. Tasks that have not ended stay.
 *
 * <p>Several instances may do so at once: each leaves alone what another is deleting.
 */
public final class TaskRetention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRetention.class);

  /** Rows of a transaction: few enough that nobody waits for it for long. */
  private static final int BATCH = 5_000;

  private static final String DELETE =
      """
      delete from task where ctid = any (array(
        select ctid from task where ended_at < ? limit %d for update skip locked))
      """
          .formatted(BATCH);

  private final Database database;
  private final Duration retention;
  private final Duration interval;
  private final CloseSignal signal = new CloseSignal();
  private final Thread thread;

  private TaskRetention(Database database, Duration retention, Duration interval) {
    this.database = database;
    this.retention = retention;
    this.interval = interval;
    thread = new Thread(this::run, "task-retention");
    thread.setDaemon(true);
  }

  /**
   * Begins; returns at once. What the database does not do now is tried again.
   *
   * @param retention how long a task stays behind its end
   * @param interval from one look to the next
   */
  public static TaskRetention start(Database database, Duration retention, Duration interval) {
    if (retention.isNegative() || interval.toMillis() < 1) {
      throw new IllegalArgumentException(
          "tasks cannot be kept for %s and looked at each %s".formatted(retention, interval));
    }
    TaskRetention deletion = new TaskRetention(database, retention, interval);
    deletion.thread.start();
    return deletion;
  }

  private void run() {
    signal.awaitReady(database);
    int failures = 0;
    while (!signal.isClosed()) {
      long wait = interval.toMillis();
      try {
        deleteAll(System.currentTimeMillis() - retention.toMillis());
        failures = 0;
      } catch (SQLException e) {
        failures++;
        if (failures == 1) {
          LOG.warn("Old tasks cannot be deleted now, trying again: {}", e.getMessage());
        }
        LOG.debug("Try {}", failures, e);
        wait = Math.min(wait, BackOff.DEFAULT.millis(failures));
      } catch (RuntimeException e) {
        LOG.error("The deletion of old tasks has failed, and is tried again at its time.", e);
      }
      signal.await(wait);
    }
  }

  private void deleteAll(long end) throws SQLException {
    long deleted = 0;
    try (Connection connection = database.connection();
        PreparedStatement statement = connection.prepareStatement(DELETE)) {
      statement.setLong(1, end);
      int last = BATCH;
      while (last == BATCH && !signal.isClosed()) {
        last = statement.executeUpdate();
        deleted += last;
      }
    } finally {
      if (deleted > 0) {
        LOG.info("Deleted {} tasks that ended more than {} ago.", deleted, retention);
      }
    }
  }

  @Override
  public void close() {
    signal.closeAndJoin(thread);
  }
}

package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.BackOff;
import dev.millrace.gateway.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears of tasks' ends through PostgreSQL's LISTEN, from whatever instance projected them. */
public final class TaskEvents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskEvents.class);

  /** A notification ends the wait at once; this is how long closing may take. */
  private static final int POLL_MILLIS = 250;

  /** A connection that died without a word is found out by a question. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Database database;
  private final CloseSignal signal = new CloseSignal();
  private final ConcurrentHashMap<Long, List<Watcher>> watchers = new ConcurrentHashMap<>();
  private final Thread thread;

  private TaskEvents(Database database) {
    this.database = database;
    thread = new Thread(this::run, "task-events");
    thread.setDaemon(true);
  }

  /** Begins to listen as soon as the database answers; returns at once. */
  public static TaskEvents start(Database database) {
    TaskEvents events = new TaskEvents(database);
    events.thread.start();
    return events;
  }

  /**
   * Tells a watcher whenever the task may have ended, until the registration is closed. Look once
   * after this has returned: what was before is not told.
   */
  public Registration watch(String tenant, String id, TaskWatcher told) {
    long number = TaskNotice.number(tenant, id);
    Watcher watcher = new Watcher(told);
    watchers.merge(number, List.of(watcher), TaskEvents::joined);
    return () -> watchers.computeIfPresent(number, (key, those) -> without(those, watcher));
  }

  private static List<Watcher> joined(List<Watcher> those, List<Watcher> others) {
    List<Watcher> all = new ArrayList<>(those);
    all.addAll(others);
    return List.copyOf(all);
  }

  private static @Nullable List<Watcher> without(List<Watcher> those, Watcher leaving) {
    List<Watcher> rest = those.stream().filter(watcher -> watcher != leaving).toList();
    return rest.isEmpty() ? null : rest;
  }

  private void run() {
    signal.awaitReady(database);
    int failures = 0;
    while (!signal.isClosed()) {
      try (Connection connection = database.dedicatedConnection()) {
        begin(connection);
        failures = 0;
        listen(connection);
      } catch (SQLException e) {
        failures++;
        if (failures == 1) {
          LOG.warn("Ends of tasks are not heard of now: {}", e.getMessage());
        }
        LOG.debug("Try {}", failures, e);
        signal.await(BackOff.DEFAULT.millis(failures));
      } catch (RuntimeException e) {
        LOG.error("Listening for ends of tasks has failed, and begins again.", e);
        failures++;
        signal.await(BackOff.DEFAULT.millis(failures));
      }
    }
  }

  private void begin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("listen " + TaskNotice.CHANNEL);
    }
    LOG.info("Ends of tasks are heard of.");
    lookEverywhere();
  }

  private void listen(Connection connection) throws SQLException {
    PGConnection notified = connection.unwrap(PGConnection.class);
    long heard = System.nanoTime();
    while (!signal.isClosed()) {
      PGNotification[] notifications = notified.getNotifications(POLL_MILLIS);
      if (notifications != null && notifications.length > 0) {
        for (PGNotification notification : notifications) {
          hear(notification.getParameter());
        }
        heard = System.nanoTime();
      } else if (System.nanoTime() - heard > SILENCE_NANOS) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("select 1");
        }
        heard = System.nanoTime();
      }
    }
  }

  private void hear(String text) {
    try {
      for (long number : TaskNotice.numbers(text)) {
        watchers.getOrDefault(number, List.of()).forEach(Watcher::look);
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("A notification that is none of ours, so everybody looks: {}", e.getMessage());
      lookEverywhere();
    }
  }

  private void lookEverywhere() {
    watchers.values().forEach(those -> those.forEach(Watcher::look));
  }

  /** Has all who watch leave, since this gateway ends. */
  public void dismiss() {
    watchers.values().forEach(those -> those.forEach(Watcher::dismiss));
  }

  /** Tells nobody any more. */
  @Override
  public void close() {
    signal.closeAndJoin(thread);
  }

  /** A watcher that is told. */
  public interface Registration extends AutoCloseable {
    /** Tells it no more, but for a call that is under way. */
    @Override
    void close();
  }

  /** One registration; the same watcher may have several. */
  private static final class Watcher {
    private final TaskWatcher told;

    Watcher(TaskWatcher told) {
      this.told = told;
    }

    void look() {
      tell(told::look);
    }

    void dismiss() {
      tell(told::dismissed);
    }

    private static void tell(Runnable call) {
      try {
        call.run();
      } catch (RuntimeException e) {
        LOG.error("Somebody who waits for a task could not be told.", e);
      }
    }
  }
}

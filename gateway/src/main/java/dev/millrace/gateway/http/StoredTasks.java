package dev.millrace.gateway.http;

import dev.millrace.gateway.exchange.RequestName;
import dev.millrace.gateway.health.ComponentHealth.Level;
import dev.millrace.gateway.health.HealthMonitor;
import dev.millrace.gateway.tasks.StorageCheck;
import dev.millrace.gateway.tasks.TaskEvents;
import dev.millrace.gateway.tasks.TaskPage;
import dev.millrace.gateway.tasks.TaskQuery;
import dev.millrace.gateway.tasks.TaskStore;
import dev.millrace.gateway.tasks.TaskWatcher;
import dev.millrace.protocol.TaskRecord;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks of the database for event loops: whatever may block is done by threads of its own. What
 * fails, fails with a {@link Rejection}; at once where the database is known to be away, so that
 * nobody waits for threads that wait for it.
 */
final class StoredTasks {
  private static final Logger LOG = LoggerFactory.getLogger(StoredTasks.class);

  private final TaskStore store;
  private final TaskEvents events;
  private final HealthMonitor monitor;
  private final WorkerExecutor threads;

  /**
   * @param threads how many may use the database at once
   */
  StoredTasks(Vertx vertx, TaskStore store, TaskEvents events, HealthMonitor monitor, int threads) {
    this.store = store;
    this.events = events;
    this.monitor = monitor;
    this.threads = vertx.createSharedWorkerExecutor("millrace-tasks", threads);
  }

  /** A task with its result, if the database knows it. */
  Future<Optional<TaskRecord>> find(RequestName name) {
    return call(() -> store.find(name.tenant(), name.id()));
  }

  Future<TaskPage> page(TaskQuery query) {
    return call(() -> store.page(query));
  }

  /** Notes a task that Kafka has; where that fails, the job's own record tells of it later. */
  Future<Void> accepted(TaskRecord task) {
    return call(() -> {
          store.accepted(task);
          return Optional.<TaskRecord>empty();
        })
        .<Void>mapEmpty()
        .recover(
            failure -> {
              LOG.debug("Task {} of {} is not noted yet.", task.id(), task.tenant(), failure);
              return Future.succeededFuture();
            });
  }

  /** Tells a watcher when the task may have ended. */
  TaskEvents.Registration watch(RequestName name, TaskWatcher watcher) {
    return events.watch(name.tenant(), name.id(), watcher);
  }

  private <T> Future<T> call(Callable<T> query) {
    var health = monitor.components().get(StorageCheck.COMPONENT);
    if (health != null && health.level() == Level.UNHEALTHY) {
      return Future.failedFuture(unavailable());
    }
    return threads
        .executeBlocking(query, false)
        .recover(
            failure -> {
              if (failure instanceof SQLException) {
                LOG.warn("The database does not answer.", failure);
                return Future.failedFuture(unavailable());
              }
              return Future.failedFuture(failure);
            });
  }

  private static Rejection unavailable() {
    return new Rejection(
        ApiError.unavailable(
            "storage_unavailable", "the history of tasks cannot be reached; try again"));
  }
}

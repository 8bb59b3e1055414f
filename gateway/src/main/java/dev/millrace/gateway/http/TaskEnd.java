package dev.millrace.gateway.http;

import dev.millrace.gateway.exchange.RequestName;
import dev.millrace.gateway.tasks.TaskEvents;
import dev.millrace.gateway.tasks.TaskWatcher;
import dev.millrace.protocol.TaskRecord;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** Waits for the end of a task. Confined to the event loop of its request. */
final class TaskEnd implements TaskWatcher {
  /** Between looks at a database that does not answer. */
  private static final long RETRY_MILLIS = 500;

  private final StoredTasks tasks;
  private final RequestName name;
  private final Vertx vertx;
  private final Context loop;
  private final Promise<Optional<TaskRecord>> end = Promise.promise();
  private final TaskEvents.Registration registration;
  private final long timer;
  private Optional<TaskRecord> last = Optional.empty();
  private boolean looking;
  private boolean lookAgain;

  private TaskEnd(StoredTasks tasks, RoutingContext context, RequestName name, Duration patience) {
    this.tasks = tasks;
    this.name = name;
    this.vertx = context.vertx();
    this.loop = vertx.getOrCreateContext();
    this.timer = vertx.setTimer(Math.max(1, patience.toMillis()), late -> end.tryComplete(last));
    this.registration = tasks.watch(name, this);
    end.future().onComplete(over -> release());
    context.response().closeHandler(gone -> end.tryComplete(last));
  }

  /**
   * Completes with the task when it has ended, and with what is known of it when the time is over
   * or the client has gone; fails, with a {@link Rejection} that says so, only when this gateway
   * ends.
   */
  static Future<Optional<TaskRecord>> await(
      StoredTasks tasks, RoutingContext context, RequestName name, Duration patience) {
    TaskEnd waiting = new TaskEnd(tasks, context, name, patience);
    waiting.read();
    return waiting.end.future();
  }

  @Override
  public void look() {
    loop.runOnContext(now -> read());
  }

  @Override
  public void dismissed() {
    loop.runOnContext(now -> end.tryFail(new Rejection(ApiError.ending())));
  }

  private void read() {
    if (end.future().isComplete()) {
      return;
    }
    if (looking) {
      // What is being read may be older than what there is to hear of.
      lookAgain = true;
      return;
    }
    looking = true;
    tasks.find(name).onComplete(found -> loop.runOnContext(now -> looked(found)));
  }

  private void looked(AsyncResult<Optional<TaskRecord>> found) {
    looking = false;
    if (found.failed()) {
      vertx.setTimer(RETRY_MILLIS, later -> read());
      return;
    }
    last = found.result();
    if (last.isPresent() && last.get().status().isTerminal()) {
      end.tryComplete(last);
    } else if (lookAgain) {
      lookAgain = false;
      read();
    }
  }

  private void release() {
    vertx.cancelTimer(timer);
    registration.close();
  }
}

package dev.millrace.gateway.http;

import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.exchange.RequestName;
import dev.millrace.gateway.tasks.TaskQuery;
import dev.millrace.protocol.TaskRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /v1/tasks}: each operation sees the tasks of its caller's tenant, and no others. */
final class TaskHandlers {
  private static final Logger LOG = LoggerFactory.getLogger(TaskHandlers.class);
  private static final int ACCEPTED = 202;
  private static final String RETRY_SECONDS = "1";

  private final Exchange exchange;
  private final StoredTasks tasks;
  private final TaskSubmission submission;
  private final Bodies bodies;
  private final Duration longestWait;

  /**
   * @param longestWait that a client may prefer
   */
  TaskHandlers(
      Exchange exchange,
      StoredTasks tasks,
      TaskSubmission submission,
      Bodies bodies,
      Duration longestWait) {
    this.exchange = exchange;
    this.tasks = tasks;
    this.submission = submission;
    this.bodies = bodies;
    this.longestWait = longestWait;
  }

  void create(RoutingContext context) {
    Requests.requireKey(context);
    Bodies.whenRead(
        context, bodies.request(context), request -> submission.submit(context, request));
  }

  void list(RoutingContext context) {
    TaskQuery query = TaskQueries.of(context);
    Bodies.whenRead(
        context,
        tasks.page(query),
        page -> {
          TaskQueries.next(context, page)
              .ifPresent(next -> context.response().putHeader("Link", next));
          TaskDocuments.answer(context, page);
        });
  }

  void retrieve(RoutingContext context) {
    withTask(context, true, task -> TaskDocuments.answer(context, 200, task));
  }

  void result(RoutingContext context) {
    withTask(
        context,
        true,
        task -> {
          String result = task.result();
          if (result != null) {
            Answers.json(context, 200, Buffer.buffer(result));
          } else if (task.status().isTerminal()) {
            Answers.error(context, OneAnswer.withoutResult(task));
          } else {
            context.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            TaskDocuments.answer(context, ACCEPTED, task);
          }
        });
  }

  void cancel(RoutingContext context) {
    withTask(
        context,
        false,
        task -> {
          if (task.status().isTerminal()) {
            TaskDocuments.answer(context, 200, task);
          } else {
            cancel(context, task);
          }
        });
  }

  private void cancel(RoutingContext context, TaskRecord task) {
    RequestName name = new RequestName(task.tenant(), task.id());
    Future.fromCompletionStage(exchange.cancel(name), context.vertx().getOrCreateContext())
        .onSuccess(sent -> TaskDocuments.answer(context, ACCEPTED, task))
        .onFailure(
            reason -> {
              LOG.warn("The cancel of {} could not be sent.", name, reason);
              Answers.error(context, ApiError.unsent());
            });
  }

  /** Goes on with the task of the path, or ends with 404. */
  private void withTask(RoutingContext context, boolean mayWait, TaskUse use) {
    RequestName name =
        new RequestName(Call.of(context).principal().tenant(), context.pathParam("id"));
    Duration wait = mayWait ? Preferences.of(context).wait(longestWait) : Duration.ZERO;
    Future<Optional<TaskRecord>> found =
        wait.isZero() ? tasks.find(name) : awaitEnd(context, name, wait);
    Bodies.whenRead(
        context,
        found,
        task -> {
          if (task.isPresent()) {
            use.with(task.get());
          } else {
            Answers.error(
                context,
                ApiError.invalid(404, "task_not_found", "the tenant has no such task", "id"));
          }
        });
  }

  /** Nobody waits for a task that is not there. */
  private Future<Optional<TaskRecord>> awaitEnd(
      RoutingContext context, RequestName name, Duration wait) {
    return tasks
        .find(name)
        .compose(
            task ->
                task.isEmpty() || task.get().status().isTerminal()
                    ? Future.succeededFuture(task)
                    : TaskEnd.await(tasks, context, name, wait));
  }

  /** What to do with a task. */
  @FunctionalInterface
  private interface TaskUse {
    void with(TaskRecord task);
  }
}

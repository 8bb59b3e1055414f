package dev.millrace.gateway.http;

import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.exchange.Sent;
import dev.millrace.gateway.exchange.Submission;
import dev.millrace.protocol.InferenceRequest;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes tasks of requests: who asks hears as soon as Kafka has it. */
final class TaskSubmission {
  private static final Logger LOG = LoggerFactory.getLogger(TaskSubmission.class);
  private static final int ACCEPTED = 202;

  private final Exchange exchange;
  private final StoredTasks tasks;
  private final Limiter limiter;

  TaskSubmission(Exchange exchange, StoredTasks tasks, Limiter limiter) {
    this.exchange = exchange;
    this.tasks = tasks;
    this.limiter = limiter;
  }

  /**
   * Submits a request whose client prefers to hear of it later.
   *
   * @return whether it does
   * @throws Rejection when the client may not make tasks
   */
  boolean takes(RoutingContext context, InferenceRequest request) {
    if (!Preferences.of(context).respondAsync()) {
      return false;
    }
    if (!Call.of(context).principal().may(Scope.TASKS_WRITE)) {
      throw new Rejection(ApiError.insufficientScope(Scope.TASKS_WRITE));
    }
    context.response().putHeader("Preference-Applied", Preferences.RESPOND_ASYNC);
    submit(context, request);
    return true;
  }

  /**
   * Submits a request. A task takes of its tenant's quota what it can take at most, since its end
   * is not heard of here.
   */
  void submit(RoutingContext context, InferenceRequest request) {
    var unused = limiter.admit(context, request);
    Submission submission = Requests.task(context, request);
    Future<Optional<TaskRecord>> known =
        Requests.hasKey(context)
            ? tasks.find(submission.name()).otherwise(Optional.empty())
            : Future.succeededFuture(Optional.empty());
    known.onSuccess(
        found -> {
          if (found.isPresent() && !comesAgain(found.get())) {
            accepted(context, found.get());
          } else {
            send(context, submission);
          }
        });
  }

  /** What had no room may come again. */
  private static boolean comesAgain(TaskRecord task) {
    return task.status().isTerminal() && !OneAnswer.stands(task);
  }

  private void send(RoutingContext context, Submission submission) {
    Future.fromCompletionStage(exchange.send(submission), context.vertx().getOrCreateContext())
        .onSuccess(
            sent -> {
              TaskRecord task = queued(submission, sent);
              tasks.accepted(task).onSuccess(noted -> accepted(context, task));
            })
        .onFailure(
            reason -> {
              LOG.warn("Task {} could not be sent.", submission.name(), reason);
              Answers.error(context, ApiError.unsent());
            });
  }

  private static TaskRecord queued(Submission submission, Sent sent) {
    return new TaskRecord(
        submission.name().tenant(),
        submission.name().id(),
        sent.source(),
        TaskStatus.QUEUED,
        submission.request().model(),
        new TaskRecord.Times(sent.timestamp(), null, null),
        0,
        null,
        null);
  }

  private static void accepted(RoutingContext context, TaskRecord task) {
    context.response().putHeader(HttpHeaders.LOCATION, TaskDocuments.location(task));
    TaskDocuments.answer(context, ACCEPTED, task);
  }
}

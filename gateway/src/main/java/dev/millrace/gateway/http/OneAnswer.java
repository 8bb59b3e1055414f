package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.exchange.Reply;
import dev.millrace.gateway.exchange.RequestName;
import dev.millrace.gateway.exchange.Submission;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskRecord.Fault;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks, and waits for the answer. Under an idempotency key there is one answer, however often, at
 * whichever gateway, and however late it is asked for: a request that has ended is answered from
 * its task, and one that is under way elsewhere is waited for there.
 */
final class OneAnswer {
  private final Exchange exchange;
  private final StoredTasks tasks;
  private final Results results;
  private final Duration patience;

  /**
   * @param patience how long an answer is waited for
   */
  OneAnswer(Exchange exchange, StoredTasks tasks, Results results, Duration patience) {
    this.exchange = exchange;
    this.tasks = tasks;
    this.results = results;
    this.patience = patience;
  }

  void ask(RoutingContext context, Submission submission, Waiter.Receiver receiver) {
    if (!submission.task()) {
      Waiter.start(exchange, context, submission, patience, receiver);
      return;
    }
    tasks
        .find(submission.name())
        .otherwise(Optional.empty())
        .onSuccess(
            found -> {
              if (found.isPresent() && stands(found.get())) {
                receiver.joined();
                tell(receiver, found.get());
              } else {
                Waiter.start(
                    exchange,
                    context,
                    submission,
                    patience,
                    new Asked(context, submission.name(), receiver));
              }
            });
  }

  /** Whether a task has come to an end that asking again does not change. */
  static boolean stands(TaskRecord task) {
    Fault fault = task.fault();
    return task.status().isTerminal()
        && (fault == null || !fault.code().equals(ErrorCode.OVERLOADED.wireName()));
  }

  private static void tell(Waiter.Receiver receiver, TaskRecord task) {
    String result = task.result();
    if (result != null) {
      receiver.answer(
          new Reply(
              new RequestName(task.tenant(), task.id()),
              ResultStatus.OK,
              0,
              Encoding.JSON,
              result.getBytes(UTF_8)));
    } else {
      receiver.failed(withoutResult(task));
    }
  }

  /** Why a task that has ended has no result. */
  static ApiError withoutResult(TaskRecord task) {
    Fault fault = task.fault();
    return fault == null
        ? ApiError.of(
            ErrorCode.RESULT_TOO_LARGE, "the result was too large to be kept with its task", null)
        : ApiError.of(fault);
  }

  /** Whoever hears that the job knows the request already waits for its task instead. */
  private final class Asked implements Waiter.Receiver {
    private final RoutingContext context;
    private final RequestName name;
    private final Waiter.Receiver receiver;

    private Asked(RoutingContext context, RequestName name, Waiter.Receiver receiver) {
      this.context = context;
      this.name = name;
      this.receiver = receiver;
    }

    @Override
    public void piece(Reply reply) {
      receiver.piece(reply);
    }

    @Override
    public void joined() {
      receiver.joined();
    }

    @Override
    public void answer(Reply reply) {
      if (reply.status() == ResultStatus.REJECTED
          && results.decode(reply) instanceof ErrorResult error
          && error.code() == ErrorCode.DUPLICATE_REQUEST) {
        receiver.joined();
        TaskEnd.await(tasks, context, name, patience)
            .onSuccess(this::ended)
            .onFailure(ending -> receiver.failed(ApiError.ending()));
      } else {
        receiver.answer(reply);
      }
    }

    private void ended(Optional<TaskRecord> task) {
      if (task.isPresent() && task.get().status().isTerminal()) {
        tell(receiver, task.get());
      } else {
        receiver.failed(ApiError.timeout(patience.toSeconds(), true));
      }
    }

    @Override
    public void failed(ApiError error) {
      receiver.failed(error);
    }
  }
}

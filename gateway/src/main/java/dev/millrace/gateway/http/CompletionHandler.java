package dev.millrace.gateway.http;

import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.exchange.Reply;
import dev.millrace.gateway.limits.Lease;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** {@code POST /v1/completions}. */
final class CompletionHandler implements Handler<RoutingContext> {
  private final OneAnswer answers;
  private final TaskSubmission tasks;
  private final Bodies bodies;
  private final Limiter limiter;
  private final Results results;
  private final GatewaySettings.Bounds bounds;

  CompletionHandler(
      OneAnswer answers,
      TaskSubmission tasks,
      Bodies bodies,
      Limiter limiter,
      Results results,
      GatewaySettings.Bounds bounds) {
    this.answers = answers;
    this.tasks = tasks;
    this.bodies = bodies;
    this.limiter = limiter;
    this.results = results;
    this.bounds = bounds;
  }

  @Override
  public void handle(RoutingContext context) {
    Requests.requireKey(context);
    Bodies.whenRead(context, bodies.completion(context), request -> ask(context, request));
  }

  private void ask(RoutingContext context, CompletionRequest request) {
    if (tasks.takes(context, request)) {
      return;
    }
    Lease lease = limiter.admit(context, request);
    Waiter.Receiver receiver =
        request.stream()
            ? CompletionStream.begin(
                context, request, results, lease, bounds, bodies.wantsUsage(context))
            : new Whole(context, lease);
    answers.ask(context, Requests.submission(context, request), receiver);
  }

  /** Waits for the whole text. */
  private final class Whole implements Waiter.Receiver {
    private final RoutingContext context;
    private final Lease lease;

    private Whole(RoutingContext context, Lease lease) {
      this.context = context;
      this.lease = lease;
    }

    @Override
    public void answer(Reply reply) {
      if (results.decode(reply) instanceof CompletionResult completion) {
        lease.took(completion.usage().totalTokens());
        // It is written as OpenAI has it already.
        Answers.json(context, 200, Buffer.buffer(reply.value()));
      } else {
        Answers.error(context, results.error(reply));
      }
    }

    @Override
    public void failed(ApiError error) {
      Answers.error(context, error);
    }
  }
}

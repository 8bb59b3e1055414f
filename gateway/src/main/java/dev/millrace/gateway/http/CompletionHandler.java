package dev.millrace.gateway.http;

import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.exchange.Reply;
import dev.millrace.gateway.exchange.Submission;
import dev.millrace.gateway.limits.Lease;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** {@code POST /v1/completions}. */
final class CompletionHandler implements Handler<RoutingContext> {
  private final Exchange exchange;
  private final Bodies bodies;
  private final Limiter limiter;
  private final Results results;
  private final Duration patience;
  private final Duration keepAlive;

  CompletionHandler(
      Exchange exchange,
      Bodies bodies,
      Limiter limiter,
      Results results,
      Duration patience,
      Duration keepAlive) {
    this.exchange = exchange;
    this.bodies = bodies;
    this.limiter = limiter;
    this.results = results;
    this.patience = patience;
    this.keepAlive = keepAlive;
  }

  @Override
  public void handle(RoutingContext context) {
    Requests.requireKey(context);
    Bodies.whenRead(context, bodies.completion(context), request -> ask(context, request));
  }

  private void ask(RoutingContext context, CompletionRequest request) {
    Lease lease = limiter.admit(context, request);
    Submission submission = Requests.submission(context, request);
    if (!request.stream()) {
      Waiter.start(exchange, context, submission, patience, new Whole(context, lease));
      return;
    }
    CompletionStream stream =
        CompletionStream.begin(
            context, request, results, lease, keepAlive, bodies.wantsUsage(context));
    if (!Waiter.start(exchange, context, submission, patience, stream)) {
      // Pieces have gone to the one who asked first: this one has all of the text at the end.
      stream.withoutPieces();
    }
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
    public void piece(Reply reply) {
      // Nobody asked for pieces.
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

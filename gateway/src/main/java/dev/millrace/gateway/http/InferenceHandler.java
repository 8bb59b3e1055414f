package dev.millrace.gateway.http;

import dev.millrace.gateway.exchange.Reply;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.TensorResult;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/** {@code POST /v2/models/{model}[/versions/{version}]/infer}. */
final class InferenceHandler implements Handler<RoutingContext> {
  private final OneAnswer answers;
  private final TaskSubmission tasks;
  private final InferenceBodies bodies;
  private final Limiter limiter;
  private final Results results;

  InferenceHandler(
      OneAnswer answers,
      TaskSubmission tasks,
      InferenceBodies bodies,
      Limiter limiter,
      Results results) {
    this.answers = answers;
    this.tasks = tasks;
    this.bodies = bodies;
    this.limiter = limiter;
    this.results = results;
  }

  @Override
  public void handle(RoutingContext context) {
    Requests.requireKey(context);
    ModelReference model =
        new ModelReference(context.pathParam("model"), context.pathParam("version"));
    Bodies.whenRead(context, bodies.read(context, model), body -> ask(context, body));
  }

  private void ask(RoutingContext context, InferenceBody body) {
    if (tasks.takes(context, body.request())) {
      return;
    }
    var unused = limiter.admit(context, body.request());
    answers.ask(context, Requests.submission(context, body.request()), new Answer(context, body));
  }

  private final class Answer implements Waiter.Receiver {
    private final RoutingContext context;
    private final InferenceBody body;

    private Answer(RoutingContext context, InferenceBody body) {
      this.context = context;
      this.body = body;
    }

    @Override
    public void answer(Reply reply) {
      Result result = results.decode(reply);
      if (result instanceof TensorResult tensors) {
        bodies.write(context, body, tensors);
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

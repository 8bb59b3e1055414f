package dev.millrace.gateway.health;

import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.catalogue.ModelDescription;
import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.exchange.PendingReplies;
import dev.millrace.gateway.exchange.Reply;
import dev.millrace.gateway.exchange.ReplyListener;
import dev.millrace.gateway.exchange.RequestName;
import dev.millrace.gateway.exchange.Submission;
import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Whether each model answers: asks it for the least that it can, from topic to topic. */
public final class ModelsCheck implements HealthCheck {
  /** The name of the component. */
  public static final String COMPONENT = "llm-router";

  /** Whose the requests of this check are. */
  public static final String TENANT = "millrace-health";

  private static final String NO_TRACE = "00-%s-0000000000000001-00";

  private final Exchange exchange;
  private final Catalogue catalogue;
  private final Duration interval;
  private final Duration patience;
  private long nextNanos = System.nanoTime();
  private ComponentHealth last = ComponentHealth.unhealthy("no model was asked yet");

  /**
   * @param interval from one round of questions to the next
   * @param patience how long an answer may take
   */
  public ModelsCheck(Exchange exchange, Catalogue catalogue, Duration interval, Duration patience) {
    this.exchange = exchange;
    this.catalogue = catalogue;
    this.interval = interval;
    this.patience = patience;
  }

  @Override
  public String component() {
    return COMPONENT;
  }

  @Override
  public ComponentHealth look() throws InterruptedException {
    if (System.nanoTime() - nextNanos >= 0) {
      last = ask();
      nextNanos = System.nanoTime() + interval.toNanos();
    }
    return last;
  }

  private ComponentHealth ask() throws InterruptedException {
    if (catalogue.models().isEmpty()) {
      return ComponentHealth.unhealthy("no model is deployed");
    }
    Map<String, CompletableFuture<String>> answers = new LinkedHashMap<>();
    for (ModelDescription model : catalogue.models()) {
      answers.put(model.version().toString(), ask(model));
    }
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, CompletableFuture<String>> answer : answers.entrySet()) {
      String problem = await(answer.getValue());
      if (!problem.isEmpty()) {
        problems.add(answer.getKey() + " " + problem);
      }
    }
    if (problems.isEmpty()) {
      return ComponentHealth.healthy();
    }
    String reason = String.join("; ", problems);
    return problems.size() < answers.size()
        ? ComponentHealth.degraded(reason)
        : ComponentHealth.unhealthy(reason);
  }

  private static String await(CompletableFuture<String> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      return "cannot be asked: " + e.getCause();
    }
  }

  /** Completes with what is wrong, empty when nothing is. */
  private CompletableFuture<String> ask(ModelDescription model) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    UUID id = UUID.randomUUID();
    RequestName name = new RequestName(TENANT, "health-" + id);
    Listener listener = new Listener(answer);
    Submission submission =
        new Submission(
            name,
            LeastRequest.of(model),
            NO_TRACE.formatted(id.toString().replace("-", "")),
            null,
            false);
    if (exchange.ask(submission, listener) == PendingReplies.Place.FULL) {
      // So many requests are under way: that they are answered is seen elsewhere.
      answer.complete("");
    }
    // Whoever stops waiting must not leave the listener behind.
    return answer
        .completeOnTimeout(
            "does not answer within %d ms".formatted(patience.toMillis()),
            patience.toMillis(),
            TimeUnit.MILLISECONDS)
        .whenComplete((problem, error) -> exchange.abandon(name, listener));
  }

  private record Listener(CompletableFuture<String> answer) implements ReplyListener {
    @Override
    public void hear(Reply reply) {
      if (reply.isAnswer()) {
        answer.complete(reply.status() == ResultStatus.OK ? "" : "answers " + reply.status());
      }
    }

    @Override
    public void unsent(Throwable reason) {
      answer.completeExceptionally(reason);
    }

    @Override
    public void dismissed() {
      answer.cancel(false);
    }
  }
}

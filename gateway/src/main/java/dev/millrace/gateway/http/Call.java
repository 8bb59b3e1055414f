package dev.millrace.gateway.http;

import dev.millrace.gateway.auth.Principal;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of an HTTP request beside what it asks for. Confined to its event loop. */
final class Call {
  private static final String KEY = "millrace.call";

  private final String id;
  private final Trace trace;
  private final long begunNanos;
  private String operation = "unknown";
  private @Nullable Principal principal;
  private boolean reading;

  /**
   * @param id in the answer, in logs, and on Kafka where no idempotency key stands for it
   */
  Call(String id, Trace trace, long begunNanos) {
    this.id = id;
    this.trace = trace;
    this.begunNanos = begunNanos;
  }

  void attach(RoutingContext context) {
    context.put(KEY, this);
  }

  static boolean hasBegun(RoutingContext context) {
    return context.get(KEY) != null;
  }

  static Call of(RoutingContext context) {
    Call call = context.get(KEY);
    return Objects.requireNonNull(call, "every request is a call");
  }

  String id() {
    return id;
  }

  Trace trace() {
    return trace;
  }

  long begunNanos() {
    return begunNanos;
  }

  /** The operation of the contract; {@code unknown} where none fits. */
  String operation() {
    return operation;
  }

  void operation(String name) {
    operation = name;
  }

  /** Whether its body is under way; what fails then is the client's. */
  boolean isReading() {
    return reading;
  }

  void reading(boolean underWay) {
    reading = underWay;
  }

  void principal(Principal verified) {
    principal = verified;
  }

  /** Who calls. */
  Principal principal() {
    return Objects.requireNonNull(principal, "only operations with a token ask for it");
  }

  /** The tenant for logs and metrics; null before it is known. */
  @Nullable String tenant() {
    return principal == null ? null : principal.tenant();
  }
}

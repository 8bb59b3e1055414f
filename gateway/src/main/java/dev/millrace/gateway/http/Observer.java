package dev.millrace.gateway.http;

import dev.millrace.gateway.metrics.HttpMetrics;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives every request its id and its trace, and counts and logs how it ended. */
final class Observer implements Handler<RoutingContext> {
  static final String REQUEST_ID = "x-request-id";
  private static final Logger LOG = LoggerFactory.getLogger("dev.millrace.gateway.access");

  private static final int FAILED = 400;

  private final HttpMetrics metrics;
  private final Operations operations;

  Observer(HttpMetrics metrics, Operations operations) {
    this.metrics = metrics;
    this.operations = operations;
  }

  @Override
  public void handle(RoutingContext context) {
    begin(context);
    context.next();
  }

  /** Begins the call, unless it has begun: what the router itself refuses has not come by here. */
  void begin(RoutingContext context) {
    if (Call.hasBegun(context)) {
      return;
    }
    HttpServerRequest request = context.request();
    Call call =
        new Call(
            "req-" + UUID.randomUUID(),
            Trace.of(request.getHeader("traceparent"), request.getHeader("tracestate")),
            System.nanoTime());
    call.attach(context);
    metrics.begun();
    context.response().putHeader(REQUEST_ID, call.id());
    context.addEndHandler(ended -> ended(context, call));
  }

  private void ended(RoutingContext context, Call call) {
    long nanos = System.nanoTime() - call.begunNanos();
    int status = context.response().headWritten() ? context.response().getStatusCode() : 499;
    String method = method(context);
    metrics.ended(method, operations.path(call.operation()), status, call.tenant(), nanos);
    log(call, method, status, TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  private static void log(Call call, String method, int status, long millis) {
    // What went well is for who looks for it, and costs nothing where nobody does.
    if (status < FAILED && !LOG.isDebugEnabled()) {
      return;
    }
    try (LogContext context = LogContext.of(call)) {
      String line = "{} {} {} in {} ms";
      if (status < FAILED) {
        LOG.debug(line, method, call.operation(), status, millis);
      } else {
        LOG.info(line, method, call.operation(), status, millis);
      }
    }
  }

  /** Of the known methods only: a label must not be whatever a client writes. */
  private static String method(RoutingContext context) {
    String name = context.request().method().name().toUpperCase(Locale.ROOT);
    return switch (name) {
      case "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS" -> name;
      default -> "OTHER";
    };
  }
}

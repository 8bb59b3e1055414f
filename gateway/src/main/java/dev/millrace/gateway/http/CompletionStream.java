package dev.millrace.gateway.http;

import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.exchange.Reply;
import dev.millrace.gateway.limits.Lease;
import dev.millrace.protocol.CompletionProgress;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * A completion as server-sent events, the last of which is {@code [DONE]}. Until the first piece
 * there is no answer, so that an error still has its status. A client that does not read is not
 * waited for: what it could not be sent comes with a later piece.
 */
final class CompletionStream implements Waiter.Receiver {
  private static final Buffer KEEP_ALIVE = Buffer.buffer(": keep-alive\n\n");
  private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");
  private static final int WRITE_QUEUE_BYTES = 64 << 10;

  private final RoutingContext context;
  private final HttpServerResponse response;
  private final Results results;
  private final Lease lease;
  private final boolean wantsUsage;
  private final StreamedText text = new StreamedText();
  private final Vertx vertx;
  private final GatewaySettings.Bounds bounds;
  private long keepAliveTimer;
  private Duration stuck = Duration.ZERO;
  private boolean pieces;

  private CompletionStream(
      RoutingContext context,
      CompletionRequest request,
      Results results,
      Lease lease,
      GatewaySettings.Bounds bounds,
      boolean wantsUsage) {
    this.context = context;
    this.response = context.response();
    this.results = results;
    this.lease = lease;
    this.bounds = bounds;
    this.wantsUsage = wantsUsage;
    this.vertx = context.vertx();
    // The pieces lack the prompt, and it comes first: such a text comes whole.
    this.pieces = !request.sampling().echo();
  }

  static CompletionStream begin(
      RoutingContext context,
      CompletionRequest request,
      Results results,
      Lease lease,
      GatewaySettings.Bounds bounds,
      boolean wantsUsage) {
    CompletionStream stream =
        new CompletionStream(context, request, results, lease, bounds, wantsUsage);
    stream.keepAliveTimer =
        stream.vertx.setPeriodic(bounds.keepAlive().toMillis(), timer -> stream.keepAlive());
    return stream;
  }

  @Override
  public void joined() {
    // All of the text comes at the end.
    pieces = false;
  }

  private void keepAlive() {
    if (response.closed() || response.ended()) {
      vertx.cancelTimer(keepAliveTimer);
    } else if (!response.writeQueueFull()) {
      stuck = Duration.ZERO;
      write(KEEP_ALIVE);
    } else {
      stuck = stuck.plus(bounds.keepAlive());
      if (stuck.compareTo(bounds.idleTimeout()) >= 0) {
        // It has taken nothing for so long.
        var unused = context.request().connection().close();
      }
    }
  }

  @Override
  public void piece(Reply reply) {
    CompletionProgress progress = results.progress(reply);
    if (!pieces || progress == null) {
      return;
    }
    text.take(progress.choice(), progress.sequence(), progress.text());
    if (response.writeQueueFull()) {
      return;
    }
    String part = text.deliver(progress.choice());
    if (!part.isEmpty()) {
      write(
          event(
              results.encode(
                  new CompletionProgress(
                      progress.id(),
                      progress.created(),
                      progress.model(),
                      progress.choice(),
                      progress.sequence(),
                      part))));
    }
  }

  @Override
  public void answer(Reply reply) {
    if (!(results.decode(reply) instanceof CompletionResult completion)) {
      failed(results.error(reply));
      return;
    }
    lease.took(completion.usage().totalTokens());
    CompletionChunks chunks = results.chunks(reply);
    Buffer last = event(chunks.last(text));
    if (wantsUsage) {
      last.appendBuffer(event(chunks.usage()));
    }
    end(last.appendBuffer(DONE));
  }

  @Override
  public void failed(ApiError error) {
    if (response.headWritten()) {
      // Too late for a status: the client hears of it as an event.
      end(event(ErrorFormat.OPEN_AI.write(error)).appendBuffer(DONE));
    } else {
      vertx.cancelTimer(keepAliveTimer);
      Answers.error(context, error);
    }
  }

  private static Buffer event(Buffer json) {
    return Buffer.buffer("data: ").appendBuffer(json).appendString("\n\n");
  }

  private void write(Buffer event) {
    begin();
    if (!response.closed()) {
      var unused = response.write(event);
    }
  }

  private void end(Buffer last) {
    vertx.cancelTimer(keepAliveTimer);
    begin();
    if (!response.closed() && !response.ended()) {
      var unused = response.end(last);
    }
  }

  private void begin() {
    if (!response.headWritten() && !response.closed()) {
      response
          .setChunked(true)
          .setWriteQueueMaxSize(WRITE_QUEUE_BYTES)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
          .putHeader("X-Accel-Buffering", "no");
    }
  }
}

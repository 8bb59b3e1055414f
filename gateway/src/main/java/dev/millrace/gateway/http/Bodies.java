package dev.millrace.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.InferenceRequest;
import dev.millrace.protocol.RequestDecoder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Reads requests out of bodies, as strictly as the job does: whatever gets through is a request
 * there too. Large bodies are read on worker threads.
 */
final class Bodies {
  /** What an event loop reads in about a millisecond. */
  private static final int SMALL = 64 << 10;

  private final RequestDecoder decoder;
  private final ObjectMapper mapper = new ObjectMapper();

  Bodies(RequestDecoder decoder) {
    this.decoder = decoder;
  }

  /** The bytes of a body, none when there is none. */
  static byte[] bytes(RoutingContext context) {
    Buffer buffer = context.body() == null ? null : context.body().buffer();
    return buffer == null ? new byte[0] : buffer.getBytes();
  }

  /** The request in a body, of whatever kind; fails with a {@link Rejection}. */
  Future<InferenceRequest> request(RoutingContext context) {
    byte[] body = bytes(context);
    return read(context, body.length, () -> request(decoder.decode(body, Encoding.JSON)));
  }

  /** The completion in a body; fails with a {@link Rejection}. */
  Future<CompletionRequest> completion(RoutingContext context) {
    return request(context)
        .map(
            request -> {
              if (request instanceof CompletionRequest completion) {
                return completion;
              }
              throw new Rejection(
                  ApiError.invalid(
                      400,
                      "unsupported_request",
                      "tensors are scored at /v2/models/{model}/infer",
                      "inputs"));
            });
  }

  /** Whether a stream is to end with the tokens it took; only of a body that has been read. */
  boolean wantsUsage(RoutingContext context) {
    byte[] body = bytes(context);
    try {
      JsonNode options = mapper.readTree(body).path("stream_options");
      return options.path("include_usage").asBoolean(false);
    } catch (IOException e) {
      return false;
    }
  }

  static InferenceRequest request(Decoded decoded) {
    if (decoded instanceof Decoded.Request request) {
      return request.request();
    }
    throw new Rejection(
        decoded instanceof Decoded.Invalid invalid
            ? ApiError.of(invalid)
            : ApiError.of((Decoded.Malformed) decoded));
  }

  /** Reads on the event loop what is small, and elsewhere what is not. */
  static <T> Future<T> read(RoutingContext context, int length, Callable<T> reading) {
    if (length > SMALL) {
      return context.vertx().executeBlocking(reading, false);
    }
    try {
      return Future.succeededFuture(reading.call());
    } catch (Exception e) {
      // What a Callable declares; a rejection, or a defect, either of which the router reports.
      return Future.failedFuture(e);
    }
  }

  /** Goes on with what was read; whatever goes wrong in it fails the request. */
  static <T> void whenRead(RoutingContext context, Future<T> reading, Consumer<T> next) {
    reading
        .onSuccess(
            read -> {
              try {
                next.accept(read);
              } catch (RuntimeException e) {
                context.fail(e);
              }
            })
        .onFailure(context::fail);
  }
}

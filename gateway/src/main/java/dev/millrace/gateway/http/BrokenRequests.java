package dev.millrace.gateway.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what is not HTTP, which no router sees: as all else is answered, with an error in JSON
 * and an id. The connection ends then, since nobody knows where a next request would begin.
 */
public final class BrokenRequests {
  private static final Logger LOG = LoggerFactory.getLogger(BrokenRequests.class);

  private BrokenRequests() {}

  /** Answers such a request. */
  public static void refuse(HttpServerRequest request) {
    Throwable cause = request.decoderResult().cause();
    String id = "req-" + UUID.randomUUID();
    LOG.debug("Request {} is not HTTP", id, cause);
    ApiError error = error(cause);
    request
        .response()
        .setStatusCode(error.status())
        .putHeader(Observer.REQUEST_ID, id)
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON)
        .end(ErrorFormat.OPEN_AI.write(error))
        .onComplete(answered -> request.connection().close());
  }

  private static ApiError error(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return ApiError.invalid(414, "invalid_request", "the request line is too long", null);
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return ApiError.invalid(431, "invalid_request", "the headers are too large", null);
    }
    return ApiError.invalid(400, "invalid_request", "not a request of HTTP", null);
  }
}

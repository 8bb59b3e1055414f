package dev.millrace.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Refuses addresses that cannot be decoded, and lets no request hide in the body of another: behind
 * a body in chunks the connection ends. Netty drops a content-length that stands beside them, so
 * nobody here can tell whether there was one, by which a proxy may have gone (RFC 9112, 6.1).
 */
final class StrictHttp implements Handler<RoutingContext> {
  private static final int HEXADECIMAL = 16;

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      context.addEndHandler(ended -> request.connection().close());
    }
    if (!isDecodable(request.uri())) {
      throw new Rejection(
          ApiError.invalid(
              400, "invalid_request", "the address has a % without two digits behind it", null));
    }
    context.next();
  }

  private static boolean isDecodable(String uri) {
    for (int at = uri.indexOf('%'); at >= 0; at = uri.indexOf('%', at + 1)) {
      if (at + 2 >= uri.length() || !isHexadecimal(uri, at + 1) || !isHexadecimal(uri, at + 2)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHexadecimal(String uri, int at) {
    return Character.digit(uri.charAt(at), HEXADECIMAL) >= 0;
  }
}

package dev.millrace.gateway.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;

/**
 * Reads a body. Vert.x wants its own handler of bodies before all others, but nobody's body is read
 * here before its token.
 */
final class AuthenticatedBody implements Handler<RoutingContext> {
  private final BodyHandler reader;

  /**
   * @param limit the most bytes of a body
   */
  AuthenticatedBody(int limit) {
    reader = BodyHandler.create(false).setBodyLimit(limit);
  }

  @Override
  public void handle(RoutingContext context) {
    Call.of(context).reading(true);
    reader.handle(context);
  }

  /** Behind it in the route: the body is here. */
  static void read(RoutingContext context) {
    Call.of(context).reading(false);
    context.next();
  }
}

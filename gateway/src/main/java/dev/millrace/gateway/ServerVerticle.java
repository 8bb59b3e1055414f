package dev.millrace.gateway;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One event loop's server; several share a port. */
final class ServerVerticle extends VerticleBase {
  private final HttpServerOptions options;
  private final Function<Vertx, Router> router;
  private @Nullable HttpServer server;

  ServerVerticle(HttpServerOptions options, Function<Vertx, Router> router) {
    this.options = options;
    this.router = router;
  }

  @Override
  public Future<?> start() {
    server = vertx.createHttpServer(options).requestHandler(router.apply(vertx));
    return server.listen();
  }

  HttpServer server() {
    return Objects.requireNonNull(server, "it has been deployed");
  }
}

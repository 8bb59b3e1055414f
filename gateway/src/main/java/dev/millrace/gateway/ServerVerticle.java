package dev.millrace.gateway;

import dev.millrace.gateway.http.ApiRouter;
import dev.millrace.gateway.http.BrokenRequests;
import dev.millrace.gateway.http.SlowClients;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One event loop's server; several share a port. */
final class ServerVerticle extends VerticleBase {
  private final HttpServerOptions options;
  private final OpenAPIContract contract;
  private final ApiRouter.Parts parts;
  private @Nullable HttpServer server;

  ServerVerticle(HttpServerOptions options, OpenAPIContract contract, ApiRouter.Parts parts) {
    this.options = options;
    this.contract = contract;
    this.parts = parts;
  }

  @Override
  public Future<?> start() {
    SlowClients slow = new SlowClients(vertx, parts.settings().bounds().idleTimeout());
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(slow::opened)
            .invalidRequestHandler(BrokenRequests::refuse)
            .requestHandler(ApiRouter.create(vertx, contract, parts, slow));
    return server.listen();
  }

  HttpServer server() {
    return Objects.requireNonNull(server, "it has been deployed");
  }
}

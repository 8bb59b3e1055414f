package dev.millrace.gateway;

import dev.millrace.gateway.auth.AuthSettings;
import dev.millrace.gateway.auth.InvalidKeysException;
import dev.millrace.gateway.auth.TokenVerifier;
import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.exchange.ExchangeUnavailableException;
import dev.millrace.gateway.health.HealthMonitor;
import dev.millrace.gateway.health.ModelsCheck;
import dev.millrace.gateway.health.QueueCheck;
import dev.millrace.gateway.http.ApiRouter;
import dev.millrace.gateway.http.Contract;
import dev.millrace.gateway.limits.TenantLimits;
import dev.millrace.gateway.metrics.HttpMetrics;
import dev.millrace.gateway.tasks.StorageCheck;
import dev.millrace.gateway.tasks.TaskEvents;
import dev.millrace.gateway.tasks.TaskProjection;
import dev.millrace.gateway.tasks.TaskProjectionSettings;
import dev.millrace.gateway.tasks.TaskRetention;
import dev.millrace.gateway.tasks.TaskStore;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.openapi.contract.OpenAPIContract;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP for everyone who has no Kafka client: a server, and all that it stands on. */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LOOK_PATIENCE = Duration.ofSeconds(2);
  private static final Duration RETENTION_INTERVAL = Duration.ofMinutes(5);

  /** Of those that share a database. */
  private static final String PROJECTION_GROUP = "millrace-gateway";

  /** To Vert.x 0 is a free port for each server, and below 0 one for all that have this number. */
  private static final int SHARED_FREE_PORT = -1;

  private static final int HEADER_BYTES = 16 << 10;
  private static final int LINE_BYTES = 8 << 10;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private int port;
  private int metricsPort;

  private Gateway() {}

  /**
   * Starts a gateway.
   *
   * @param catalogue the models that are deployed
   * @throws GatewayException when something that it stands on is not there; nothing is left running
   *     then
   */
  public static Gateway start(GatewaySettings settings, AuthSettings auth, Catalogue catalogue)
      throws GatewayException, InterruptedException {
    Gateway gateway = new Gateway();
    try {
      gateway.open(settings, auth, catalogue);
      return gateway;
    } catch (InvalidKeysException | ExchangeUnavailableException e) {
      gateway.close();
      throw new GatewayException(String.valueOf(e.getMessage()), e);
    } catch (GatewayException | InterruptedException | RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  private void open(GatewaySettings settings, AuthSettings auth, Catalogue catalogue)
      throws InvalidKeysException,
          ExchangeUnavailableException,
          GatewayException,
          InterruptedException {
    TokenVerifier verifier = keep(TokenVerifier.open(auth));
    Exchange exchange = keep(Exchange.open(settings.exchange()));
    HttpMetrics metrics = keep(new HttpMetrics(exchange::pending));
    GatewaySettings.Health health = settings.health();
    QueueCheck queue =
        keep(
            new QueueCheck(
                settings.exchange().kafka(),
                settings.exchange().requests(),
                health.group(),
                health.maximumLag(),
                LOOK_PATIENCE));
    ModelsCheck models =
        new ModelsCheck(exchange, catalogue, health.probeInterval(), health.probePatience());
    Database database = keep(Database.open(settings.tasks().database()));
    TaskEvents events = keep(TaskEvents.start(database));
    TaskProjection projection =
        keep(
            TaskProjection.start(
                new TaskProjectionSettings(
                    settings.exchange().kafka(), settings.tasks().topic(), PROJECTION_GROUP),
                database));
    keep(TaskRetention.start(database, settings.tasks().retention(), RETENTION_INTERVAL));
    StorageCheck storage = new StorageCheck(database, projection, health.maximumLag());
    HealthMonitor monitor =
        keep(HealthMonitor.start(List.of(models, queue, storage), LOOK_INTERVAL));
    Vertx vertx = Vertx.vertx(new VertxOptions());
    keep(() -> await(vertx.close(), "the server"));
    ApiRouter.Parts shared =
        new ApiRouter.Parts(
            settings,
            exchange,
            new TaskStore(database),
            events,
            catalogue,
            verifier,
            new TenantLimits(settings.quotas()),
            monitor,
            metrics,
            Version.current());
    OpenAPIContract contract = await(Contract.load(vertx), "the contract");
    keep(new Drain(listen(vertx, contract, shared), List.of(exchange::dismiss, events::dismiss)));
    listen(vertx, settings.listen(), metrics);
    LOG.info("Serving on port {}, metrics on port {}", port, metricsPort);
  }

  /** A server of each event loop, all on one port. */
  private List<HttpServer> listen(Vertx vertx, OpenAPIContract contract, ApiRouter.Parts shared)
      throws GatewayException, InterruptedException {
    HttpServerOptions options = options(shared.settings());
    Queue<ServerVerticle> servers = new ConcurrentLinkedQueue<>();
    Supplier<Deployable> server =
        () -> {
          ServerVerticle verticle = new ServerVerticle(options, contract, shared);
          servers.add(verticle);
          return verticle;
        };
    await(
        vertx.deployVerticle(
            server,
            new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors())),
        "the port of the API");
    port = servers.element().server().actualPort();
    return servers.stream().map(ServerVerticle::server).toList();
  }

  private static HttpServerOptions options(GatewaySettings settings) {
    GatewaySettings.Listen listen = settings.listen();
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(listen.host())
            .setPort(listen.port() == 0 ? SHARED_FREE_PORT : listen.port())
            .setMaxHeaderSize(HEADER_BYTES)
            .setMaxInitialLineLength(LINE_BYTES)
            .setCompressionSupported(false)
            // With it a connection on which nothing comes is none that anybody hears of.
            .setHttp2ClearTextEnabled(false)
            .setTcpNoDelay(true)
            .setReuseAddress(true);
    GatewaySettings.Tls tls = listen.tls();
    if (tls != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions().setCertPath(tls.certificate()).setKeyPath(tls.key()));
    }
    return options;
  }

  private void listen(Vertx vertx, GatewaySettings.Listen listen, HttpMetrics metrics)
      throws GatewayException, InterruptedException {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  boolean known = request.path().equals("/metrics");
                  request
                      .response()
                      .setStatusCode(known ? 200 : 404)
                      .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
                  var unused = request.response().end(known ? metrics.scrape() : "see /metrics\n");
                });
    metricsPort =
        await(server.listen(listen.metricsPort(), listen.host()), "the port of the metrics")
            .actualPort();
  }

  private static <T> T await(Future<T> future, String what)
      throws GatewayException, InterruptedException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new GatewayException(what + ": " + cause.getMessage(), e);
    } catch (TimeoutException e) {
      throw new GatewayException(what + " is not there within " + PATIENCE, e);
    }
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** Where the API is. */
  public int port() {
    return port;
  }

  /** Where the metrics are. */
  public int metricsPort() {
    return metricsPort;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        // What AutoCloseable declares: the other parts must be closed all the same.
        LOG.warn("A part of the gateway does not close.", e);
      }
    }
  }
}

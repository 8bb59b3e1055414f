package dev.millrace.gateway.http;

import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.auth.TokenVerifier;
import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.exchange.Exchange;
import dev.millrace.gateway.health.HealthMonitor;
import dev.millrace.gateway.limits.TenantLimits;
import dev.millrace.gateway.metrics.HttpMetrics;
import dev.millrace.gateway.tasks.TaskEvents;
import dev.millrace.gateway.tasks.TaskStore;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.RequestLimits;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes the operations of the contract. Each passes, in this order: its observer, its token, its
 * body. What a body must be the decoder of the protocol says, which is stricter than a schema and
 * reads it once.
 */
public final class ApiRouter {
  private static final Logger LOG = LoggerFactory.getLogger(ApiRouter.class);
  private static final int PAYLOAD_TOO_LARGE = 413;

  /**
   * What the operations work with; shared by the routers of all event loops.
   *
   * @param version of this server
   */
  public record Parts(
      GatewaySettings settings,
      Exchange exchange,
      TaskStore tasks,
      TaskEvents events,
      Catalogue catalogue,
      TokenVerifier verifier,
      TenantLimits limits,
      HealthMonitor monitor,
      HttpMetrics metrics,
      String version) {}

  private final Parts parts;
  private final RouterBuilder builder;
  private final Operations operations;

  private ApiRouter(Vertx vertx, OpenAPIContract contract, Parts parts) {
    this.parts = parts;
    this.builder = RouterBuilder.create(vertx, contract);
    this.operations = Operations.of(contract);
  }

  /**
   * A router for one event loop.
   *
   * @param slow of its connections
   */
  public static Router create(
      Vertx vertx, OpenAPIContract contract, Parts parts, SlowClients slow) {
    return new ApiRouter(vertx, contract, parts).router(vertx, slow);
  }

  private Router router(Vertx vertx, SlowClients slow) {
    RequestDecoder decoder =
        new RequestDecoder(
            new RequestLimits(
                parts.settings().bounds().bodyBytes(),
                RequestLimits.defaults().maximumElements(),
                RequestLimits.defaults().maximumNesting()));
    Results results = new Results();
    Limiter limiter = new Limiter(parts.limits());
    var bounds = parts.settings().bounds();
    Bodies bodies = new Bodies(decoder);
    StoredTasks stored =
        new StoredTasks(
            vertx,
            parts.tasks(),
            parts.events(),
            parts.monitor(),
            parts.settings().tasks().database().poolSize());
    OneAnswer answers = new OneAnswer(parts.exchange(), stored, results, bounds.timeout());
    TaskSubmission submission = new TaskSubmission(parts.exchange(), stored, limiter);
    route(
        "createCompletion",
        new CompletionHandler(answers, submission, bodies, limiter, results, bounds));
    InferenceHandler inference =
        new InferenceHandler(answers, submission, new InferenceBodies(decoder), limiter, results);
    route("infer", inference);
    route("inferVersion", inference);
    TaskHandlers tasks =
        new TaskHandlers(parts.exchange(), stored, submission, bodies, bounds.timeout());
    route("createTask", tasks::create);
    route("listTasks", tasks::list);
    route("retrieveTask", tasks::retrieve);
    route("retrieveTaskResult", tasks::result);
    route("cancelTask", tasks::cancel);
    ModelHandlers models = new ModelHandlers(parts.catalogue(), parts.version());
    route("listModels", models::list);
    route("retrieveModel", models::retrieve);
    route("serverMetadata", models::server);
    route("modelMetadata", models::metadata);
    route("modelVersionMetadata", models::metadata);
    route("modelReady", models::ready);
    route("modelVersionReady", models::ready);
    HealthHandlers health = new HealthHandlers(parts.monitor(), parts.version());
    route("health", health::health);
    route("live", health::live);
    route("ready", health::ready);
    route("serverLive", health::serverLive);
    route("serverReady", health::serverReady);
    Router router = Router.router(vertx);
    router.route().handler(slow);
    Observer observer = new Observer(parts.metrics(), operations);
    router.route().handler(observer);
    router.route().handler(new StrictHttp());
    Set<String> origins = parts.settings().listen().allowedOrigins();
    if (!origins.isEmpty()) {
      router.route().handler(cors(origins));
    }
    Documentation.route(router);
    router.route().subRouter(builder.createRouter());
    failures(router, observer);
    return router;
  }

  private void route(String operation, Handler<RoutingContext> handler) {
    OpenAPIRoute route = builder.getRoute(operation);
    // Tokens and bodies are looked at here.
    route.setDoSecurity(false).setDoValidation(false);
    route.addHandler(
        context -> {
          Call.of(context).operation(operation);
          context.next();
        });
    Optional<Scope> scope = operations.scope(operation);
    scope.ifPresent(needed -> route.addHandler(new Authenticator(parts.verifier(), needed)));
    if (route.getOperation().getRequestBody() != null) {
      route.addHandler(new AuthenticatedBody(parts.settings().bounds().bodyBytes()));
      route.addHandler(AuthenticatedBody::read);
    }
    route.addHandler(handler);
  }

  private static CorsHandler cors(Set<String> origins) {
    return CorsHandler.create()
        .addOrigins(List.copyOf(origins))
        .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST))
        .allowedHeaders(
            Set.of(
                "authorization",
                "content-type",
                "idempotency-key",
                "prefer",
                "traceparent",
                "tracestate",
                "inference-header-content-length"))
        .exposedHeaders(
            Set.of(
                Observer.REQUEST_ID,
                "retry-after",
                "location",
                "link",
                "x-ratelimit-limit-requests",
                "x-ratelimit-remaining-requests",
                "x-ratelimit-reset-requests",
                "x-ratelimit-limit-tokens",
                "x-ratelimit-remaining-tokens",
                "x-ratelimit-reset-tokens"));
  }

  private static void failures(Router router, Observer observer) {
    Handler<RoutingContext> failed =
        context -> {
          if (Call.hasBegun(context)) {
            failed(context);
            return;
          }
          // The router refuses a request without a good Host before anything else is asked.
          observer.begin(context);
          LOG.debug("The router refuses a request.", context.failure());
          Answers.error(
              context,
              ApiError.invalid(400, "invalid_request", "no request of HTTP, or no host", null));
        };
    router.route().failureHandler(failed);
    for (int status : new int[] {400, 406, 413, 414, 415, 500}) {
      router.errorHandler(status, failed);
    }
    router.errorHandler(404, context -> Answers.error(context, ApiError.notFound("no such path")));
    router.errorHandler(
        405,
        context ->
            Answers.error(
                context,
                ApiError.invalid(405, "method_not_allowed", "not with this method", null)));
  }

  private static void failed(RoutingContext context) {
    Throwable failure = context.failure();
    if (context.response().closed()) {
      LOG.debug("The client of {} has gone.", Call.of(context).id(), failure);
    } else if (failure instanceof Rejection rejection) {
      Answers.error(context, rejection.error());
    } else if (context.statusCode() == PAYLOAD_TOO_LARGE) {
      context.response().putHeader(HttpHeaders.CONNECTION, "close");
      Answers.error(
          context,
          ApiError.invalid(PAYLOAD_TOO_LARGE, "payload_too_large", "the body is too large", null));
    } else if (failure instanceof HttpException refusal && refusal.getStatusCode() < 500) {
      Answers.error(
          context,
          ApiError.invalid(
              refusal.getStatusCode(), "invalid_request", "not a request of HTTP", null));
    } else if (failure == null && context.statusCode() >= 400 && context.statusCode() < 500) {
      Answers.error(
          context,
          ApiError.invalid(context.statusCode(), "invalid_request", "not a request here", null));
    } else if (Call.of(context).isReading()) {
      context.response().putHeader(HttpHeaders.CONNECTION, "close");
      Answers.error(
          context,
          ApiError.invalid(
              400,
              "invalid_request",
              "the body is not what its content-type or transfer-encoding says",
              null));
    } else {
      try (LogContext named = LogContext.of(Call.of(context))) {
        LOG.error("The request has failed.", failure);
      }
      Answers.error(context, ApiError.internal());
    }
  }
}

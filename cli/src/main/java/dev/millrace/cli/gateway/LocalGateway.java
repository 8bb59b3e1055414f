package dev.millrace.cli.gateway;

import dev.millrace.cli.CommandException;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.local.LocalStack;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayException;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.auth.DevelopmentKeys;
import dev.millrace.gateway.auth.InvalidKeysException;
import dev.millrace.gateway.auth.Principal;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.auth.TokenRequest;
import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.exchange.ExchangeSettings;
import dev.millrace.gateway.limits.Quota;
import dev.millrace.gateway.limits.Quotas;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** A gateway before a local stack, which trusts the development keys. */
public final class LocalGateway implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int MAXIMUM_PENDING = 10_000;
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);

  private final Gateway gateway;
  private final DevelopmentKeys keys;

  private LocalGateway(Gateway gateway, DevelopmentKeys keys) {
    this.gateway = gateway;
    this.keys = keys;
  }

  /**
   * Starts it.
   *
   * @param port 0 for a free one
   * @param metricsPort 0 for a free one
   * @param keyDirectory where the development keys are, or will be
   * @param database of its tasks; open for as long as this is
   */
  public static LocalGateway start(
      LocalStack stack,
      Path models,
      int port,
      int metricsPort,
      Path keyDirectory,
      TaskDatabase database)
      throws CommandException, InterruptedException {
    Catalogue catalogue = Catalogues.of(models);
    try {
      DevelopmentKeys keys = DevelopmentKeys.in(keyDirectory);
      GatewaySettings settings = settings(stack, port, metricsPort, database);
      return new LocalGateway(Gateway.start(settings, keys.settings(), catalogue), keys);
    } catch (IOException | InvalidKeysException e) {
      throw new CommandException(
          "the keys in %s cannot be used: %s".formatted(keyDirectory, e.getMessage()), e);
    } catch (GatewayException e) {
      throw new CommandException("the gateway cannot be started: " + e.getMessage(), e);
    }
  }

  private static GatewaySettings settings(
      LocalStack stack, int port, int metricsPort, TaskDatabase database) {
    return new GatewaySettings(
        new GatewaySettings.Listen(HOST, port, metricsPort, null, Set.of()),
        new ExchangeSettings(
            Map.of("bootstrap.servers", stack.broker().bootstrapServers()),
            stack.topics().requests(),
            AuditTopics.REPLIES,
            null,
            MAXIMUM_PENDING,
            GatewaySettings.Bounds.DEFAULTS.bodyBytes()),
        new Quotas(Quota.NONE, Map.of()),
        GatewaySettings.Bounds.DEFAULTS,
        new GatewaySettings.Health(
            stack.configuration().get(MillraceOptions.KAFKA_GROUP_ID),
            GatewaySettings.Health.DEFAULT_MAXIMUM_LAG),
        new GatewaySettings.Tasks(
            database.settings(),
            stack.configuration().get(MillraceOptions.TASKS_TOPIC),
            GatewaySettings.Tasks.DEFAULT_RETENTION));
  }

  /** Where it is. */
  public String url() {
    return "http://%s:%d".formatted(HOST, gateway.port());
  }

  /** Where its metrics are. */
  public String metricsUrl() {
    return "http://%s:%d/metrics".formatted(HOST, gateway.metricsPort());
  }

  /** A token with which all of a tenant's operations may be called, for some hours. */
  public String token(String tenant) {
    return keys.issuer()
        .issue(
            new TokenRequest(
                new Principal(
                    tenant, "developer", Set.of(Scope.INFER, Scope.TASKS_READ, Scope.TASKS_WRITE)),
                TOKEN_LIFETIME),
            System.currentTimeMillis());
  }

  @Override
  public void close() {
    gateway.close();
  }
}

package dev.millrace.cli.gateway;

import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.local.DataDirectory;
import dev.millrace.cli.local.LocalStack;
import dev.millrace.cli.local.Ports;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.auth.DevelopmentKeys;
import dev.millrace.gateway.auth.Principal;
import dev.millrace.gateway.auth.Scope;
import dev.millrace.gateway.auth.TokenRequest;
import dev.millrace.gateway.database.DatabaseSettings;
import dev.millrace.gateway.exchange.ExchangeSettings;
import dev.millrace.gateway.limits.Quotas;
import dev.millrace.jobs.MillraceOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.awaitility.Awaitility;

/** A broker, Flink, the job and a healthy gateway before it, for the tests of one class. */
final class GatewayStack implements AutoCloseable {
  static final Path MODELS =
      Path.of(System.getProperty("millrace.home", "..")).resolve("models").toAbsolutePath();

  /** Of the reply topic, as of all others. */
  static final int PARTITIONS = 4;

  private static final Path FLINK_CONFIGURATION =
      Path.of(System.getProperty("millrace.home", "..")).resolve("flink-conf/local");

  private static final int MAXIMUM_PENDING = 1_000;

  private final Path directory;
  private final DataDirectory data;
  private final LocalStack stack;
  private final TaskDatabase database;
  private final LocalGateway gateway;
  private final ContractClient client;

  private GatewayStack(
      Path directory,
      DataDirectory data,
      LocalStack stack,
      TaskDatabase database,
      LocalGateway gateway,
      ContractClient client) {
    this.directory = directory;
    this.data = data;
    this.stack = stack;
    this.database = database;
    this.gateway = gateway;
    this.client = client;
  }

  /**
   * Starts it.
   *
   * @param directory where it keeps all that it writes
   */
  static GatewayStack start(Path directory) throws Exception {
    DataDirectory data = DataDirectory.open(directory.resolve("data"));
    Configuration options = new Configuration();
    options.set(MillraceOptions.MODELS_REPOSITORY, MODELS.toString());
    options.set(CoreOptions.DEFAULT_PARALLELISM, 1);
    LocalStack stack =
        LocalStack.start(
            data,
            new LocalStack.Settings(
                new Ports(0, 0, 0).resolve(), FLINK_CONFIGURATION, options, PARTITIONS));
    TaskDatabase database =
        TaskDatabase.local(
            directory.resolve("database"), Path.of("target", "postgresql").toAbsolutePath());
    LocalGateway gateway =
        LocalGateway.start(stack, MODELS, 0, 0, directory.resolve("auth"), database);
    ContractClient client = new ContractClient(gateway.url());
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> client.get("", "/healthz").status() == 200);
    return new GatewayStack(directory, data, stack, database, gateway, client);
  }

  /** Calls the gateway. */
  ContractClient client() {
    return client;
  }

  /** Where the gateway is. */
  String url() {
    return gateway.url();
  }

  String bootstrapServers() {
    return stack.broker().bootstrapServers();
  }

  /** Of tasks, which gateways share. */
  DatabaseSettings database() {
    return database.settings();
  }

  /** What {@code --data-dir} is to a command that trusts the same keys. */
  Path directory() {
    return directory;
  }

  /** With all scopes. */
  String token(String tenant) {
    return gateway.token(tenant);
  }

  String token(String tenant, Scope... scopes) throws Exception {
    return keys()
        .issuer()
        .issue(
            new TokenRequest(new Principal(tenant, "test", Set.of(scopes)), Duration.ofHours(1)),
            System.currentTimeMillis());
  }

  /** One more gateway before the same job, which holds tenants to these quotas. */
  Gateway serve(Quotas quotas) throws Exception {
    return Gateway.start(
        new GatewaySettings(
            new GatewaySettings.Listen("127.0.0.1", 0, 0, null, Set.of()),
            new ExchangeSettings(
                Map.of("bootstrap.servers", bootstrapServers()),
                stack.topics().requests(),
                AuditTopics.REPLIES,
                null,
                MAXIMUM_PENDING,
                GatewaySettings.Bounds.DEFAULTS.bodyBytes()),
            quotas,
            GatewaySettings.Bounds.DEFAULTS,
            new GatewaySettings.Health(
                stack.configuration().get(MillraceOptions.KAFKA_GROUP_ID),
                GatewaySettings.Health.DEFAULT_MAXIMUM_LAG),
            new GatewaySettings.Tasks(
                database.settings(),
                stack.configuration().get(MillraceOptions.TASKS_TOPIC),
                GatewaySettings.Tasks.DEFAULT_RETENTION)),
        keys().settings(),
        Catalogues.of(MODELS));
  }

  private DevelopmentKeys keys() throws Exception {
    return DevelopmentKeys.in(directory.resolve("auth"));
  }

  @Override
  public void close() throws Exception {
    client.close();
    gateway.close();
    database.close();
    stack.close();
    data.close();
  }
}

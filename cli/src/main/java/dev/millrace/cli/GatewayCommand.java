package dev.millrace.cli;

import dev.millrace.cli.gateway.Catalogues;
import dev.millrace.cli.gateway.TaskDatabase;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayException;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.auth.AuthSettings;
import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.exchange.ExchangeSettings;
import dev.millrace.gateway.limits.Quotas;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves HTTP before a job that runs elsewhere. */
@Command(
    name = "gateway",
    description = {
      "Serves completions and inference over HTTP, through the topics of a job that runs elsewhere,",
      "until Ctrl-C. Several may serve side by side. Clients need a token; see millrace token."
    })
final class GatewayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KafkaOptions kafka = new KafkaOptions();
  @Mixin private GatewayKeyOptions keys = new GatewayKeyOptions();
  @Mixin private GatewayListenOptions listening = new GatewayListenOptions();
  @Mixin private GatewayLimitOptions limits = new GatewayLimitOptions();
  @Mixin private GatewayTaskOptions tasks = new GatewayTaskOptions();
  @Mixin private LogOptions logging = new LogOptions();

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "The model repository that the job serves (default: that of the checkout).")
  private Path models = Home.path().resolve("models");

  @Option(
      names = "--requests",
      paramLabel = "TOPIC",
      defaultValue = "millrace.requests",
      description = "The topic that the job reads (default: ${DEFAULT-VALUE}).")
  private String requests = "";

  @Option(
      names = "--replies",
      paramLabel = "TOPIC",
      defaultValue = "millrace.replies",
      description = "The topic for replies (default: ${DEFAULT-VALUE}).")
  private String replies = "";

  @Option(
      names = "--reply-partition",
      paramLabel = "N",
      description = "The partition of it that is this gateway's own (default: one by chance).")
  private @Nullable Integer replyPartition;

  @Option(
      names = "--group-id",
      defaultValue = "millrace",
      description = "The job's millrace.kafka.group-id, for its lag (default: ${DEFAULT-VALUE}).")
  private String group = "";

  @Option(
      names = "--max-lag",
      defaultValue = "" + GatewaySettings.Health.DEFAULT_MAXIMUM_LAG,
      description =
          "Requests that the job may be behind before health is degraded (default: ${DEFAULT-VALUE}).")
  private long maximumLag;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    logging.toStandardError();
    // What is wrong with the options is said before anything is asked of others.
    AuthSettings auth = authSettings();
    Function<TaskDatabase, GatewaySettings> settings = settings();
    kafka.requireTopics(requests, replies, tasks.topic());
    Catalogue catalogue = Catalogues.of(models);
    try (TaskDatabase database = database();
        Gateway gateway = Gateway.start(settings.apply(database), auth, catalogue)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("serving on port %d until Ctrl-C".formatted(gateway.port()));
      out.println("metrics on port %d".formatted(gateway.metricsPort()));
      out.println("tasks in " + database.settings());
      awaitSignal(gateway, database);
      return ExitCode.OK;
    } catch (GatewayException e) {
      throw new CommandException("the gateway cannot be started: " + e.getMessage(), e);
    }
  }

  private static void awaitSignal(Gateway gateway, TaskDatabase database)
      throws InterruptedException {
    Thread stop =
        new Thread(
            () -> {
              gateway.close();
              database.close();
            },
            "stop-on-signal");
    Runtime.getRuntime().addShutdownHook(stop);
    new CountDownLatch(1).await();
  }

  private TaskDatabase database() throws CommandException {
    try {
      return tasks.open(keys.dataDirectory());
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  private AuthSettings authSettings() throws CommandException {
    try {
      return keys.settings();
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  /** All but the database, which is there later than the rest. */
  private Function<TaskDatabase, GatewaySettings> settings() {
    try {
      GatewaySettings.Listen listen = listening.settings();
      ExchangeSettings exchange = exchange();
      Quotas quotas = limits.quotas();
      GatewaySettings.Bounds bounds = limits.bounds();
      GatewaySettings.Health health = new GatewaySettings.Health(group, maximumLag);
      return database ->
          new GatewaySettings(listen, exchange, quotas, bounds, health, taskSettings(database));
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  private ExchangeSettings exchange() {
    Map<String, String> properties = new LinkedHashMap<>();
    kafka.clientProperties(Map.of()).forEach((key, value) -> properties.put(key, "" + value));
    return new ExchangeSettings(
        properties, requests, replies, replyPartition, limits.maximumPending(), limits.bodyBytes());
  }

  private GatewaySettings.Tasks taskSettings(TaskDatabase database) {
    try {
      return tasks.settings(database);
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  private ParameterException wrong(IllegalArgumentException e) {
    return new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
  }
}

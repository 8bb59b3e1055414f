package dev.millrace.cli;

import dev.millrace.cli.gateway.Catalogues;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayException;
import dev.millrace.gateway.GatewaySettings;
import dev.millrace.gateway.auth.AuthSettings;
import dev.millrace.gateway.auth.DevelopmentKeys;
import dev.millrace.gateway.auth.InvalidKeysException;
import dev.millrace.gateway.auth.KeyLocation;
import dev.millrace.gateway.catalogue.Catalogue;
import dev.millrace.gateway.exchange.ExchangeSettings;
import dev.millrace.gateway.limits.Quota;
import dev.millrace.gateway.limits.Quotas;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
  @Mixin private Keys keys = new Keys();
  @Mixin private Listening listening = new Listening();
  @Mixin private Limits limits = new Limits();

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

  /** Whose tokens are good. */
  static final class Keys {
    @Option(
        names = "--jwks",
        paramLabel = "FILE|URL",
        description = "The keys of the issuer (default: those of millrace token in --data-dir).")
    private @Nullable String jwks;

    @Option(
        names = "--issuer",
        description = "Whose tokens are trusted; needed with --jwks. May be repeated.")
    private Set<String> issuers = new LinkedHashSet<>();

    @Option(
        names = "--audience",
        defaultValue = DevelopmentKeys.AUDIENCE,
        description = "Whom tokens must be for (default: ${DEFAULT-VALUE}).")
    private String audience = "";

    @Option(
        names = "--tenant-claim",
        defaultValue = AuthSettings.DEFAULT_TENANT_CLAIM,
        description = "The claim that names the tenant (default: ${DEFAULT-VALUE}).")
    private String tenantClaim = "";

    @Option(
        names = "--clock-skew",
        defaultValue = "30s",
        converter = DurationConverter.class,
        description = "How far the issuer's clock may be off (default: ${DEFAULT-VALUE}).")
    private Duration clockSkew = Duration.ZERO;

    @Option(
        names = "--data-dir",
        paramLabel = "DIR",
        description = "Where development keys are, in auth/ (default: data, in the checkout).")
    private Path dataDirectory = Home.path().resolve("data");

    AuthSettings settings() throws CommandException {
      if (jwks == null) {
        return developmentKeys();
      }
      if (issuers.isEmpty()) {
        throw new IllegalArgumentException("--jwks needs an --issuer");
      }
      boolean url = jwks.startsWith("https://") || jwks.startsWith("http://");
      return new AuthSettings(
          issuers,
          audience,
          clockSkew,
          tenantClaim,
          Optional.empty(),
          url ? new KeyLocation.Url(URI.create(jwks)) : new KeyLocation.File(Path.of(jwks)));
    }

    private AuthSettings developmentKeys() throws CommandException {
      Path directory = dataDirectory.resolve("auth");
      try {
        return DevelopmentKeys.in(directory).settings();
      } catch (IOException | InvalidKeysException e) {
        throw new CommandException(
            "the keys in %s cannot be used: %s".formatted(directory, e.getMessage()), e);
      }
    }
  }

  /** Where clients connect. */
  static final class Listening {
    @Option(
        names = "--http-host",
        defaultValue = "127.0.0.1",
        description = "The address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
        names = "--http-port",
        defaultValue = "8080",
        description = "The port of the API (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int port;

    @Option(
        names = "--http-metrics-port",
        defaultValue = "9464",
        description = "The port of the metrics (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int metricsPort;

    @Option(
        names = "--tls-certificate",
        paramLabel = "FILE",
        description = "Serve HTTPS with this certificate chain, in PEM.")
    private @Nullable String certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, in PEM.")
    private @Nullable String key;

    @Option(
        names = "--cors-origin",
        paramLabel = "ORIGIN",
        description = "An origin whose pages may call from browsers. May be repeated.")
    private Set<String> origins = new LinkedHashSet<>();

    GatewaySettings.Listen settings() {
      if ((certificate == null) != (key == null)) {
        throw new IllegalArgumentException("--tls-certificate and --tls-key come together");
      }
      return new GatewaySettings.Listen(
          host,
          port,
          metricsPort,
          certificate == null || key == null ? null : new GatewaySettings.Tls(certificate, key),
          origins);
    }
  }

  /** What clients may ask for. */
  static final class Limits {
    @Option(
        names = "--requests-per-minute",
        defaultValue = "0",
        description = "What each tenant may send (default: ${DEFAULT-VALUE}, any number).")
    private long requestsPerMinute;

    @Option(
        names = "--tokens-per-minute",
        defaultValue = "0",
        description = "Tokens of each tenant's prompts and texts (default: ${DEFAULT-VALUE}, any).")
    private long tokensPerMinute;

    @Option(
        names = "--concurrent-requests",
        defaultValue = "0",
        description = "Of each tenant at once (default: ${DEFAULT-VALUE}, any number).")
    private int concurrent;

    @Option(
        names = "--quota",
        paramLabel = "TENANT=R,T,C",
        description = "These three of one tenant, such as acme=600,100000,50. May be repeated.")
    private Map<String, String> own = new LinkedHashMap<>();

    @Option(
        names = "--max-pending",
        defaultValue = "10000",
        description = "Requests that wait for answers at once (default: ${DEFAULT-VALUE}).")
    private int maximumPending;

    @Option(
        names = "--max-body-bytes",
        defaultValue = "8388608",
        description = "The largest body (default: ${DEFAULT-VALUE}).")
    private int bodyBytes;

    @Option(
        names = "--timeout",
        defaultValue = "10m",
        converter = DurationConverter.class,
        description = "How long an answer is waited for (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ZERO;

    Quotas quotas() {
      Map<String, Quota> quotas = new LinkedHashMap<>();
      own.forEach((tenant, numbers) -> quotas.put(tenant, quota(tenant, numbers)));
      return new Quotas(new Quota(requestsPerMinute, tokensPerMinute, concurrent), quotas);
    }

    private static Quota quota(String tenant, String text) {
      String[] numbers = text.split(",", -1);
      try {
        if (numbers.length == 3) {
          return new Quota(
              Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Integer.parseInt(numbers[2]));
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--quota %s=%s: not three whole numbers".formatted(tenant, text), e);
      }
      throw new IllegalArgumentException(
          "--quota %s=%s: requests a minute, tokens a minute and requests at once"
              .formatted(tenant, text));
    }

    GatewaySettings.Bounds bounds() {
      GatewaySettings.Bounds defaults = GatewaySettings.Bounds.DEFAULTS;
      return new GatewaySettings.Bounds(
          bodyBytes, timeout, defaults.idleTimeout(), defaults.keepAlive());
    }
  }

  @Override
  public Integer call() throws CommandException, InterruptedException {
    kafka.requireTopics(requests, replies);
    Catalogue catalogue = Catalogues.of(models);
    try (Gateway gateway = Gateway.start(settings(), authSettings(), catalogue)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("serving on port %d until Ctrl-C".formatted(gateway.port()));
      out.println("metrics on port %d".formatted(gateway.metricsPort()));
      awaitSignal(gateway);
      return ExitCode.OK;
    } catch (GatewayException e) {
      throw new CommandException("the gateway cannot be started: " + e.getMessage(), e);
    }
  }

  private static void awaitSignal(Gateway gateway) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "stop-on-signal"));
    new CountDownLatch(1).await();
  }

  private AuthSettings authSettings() throws CommandException {
    try {
      return keys.settings();
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  private GatewaySettings settings() {
    try {
      Map<String, String> properties = new LinkedHashMap<>();
      kafka.clientProperties(Map.of()).forEach((key, value) -> properties.put(key, "" + value));
      return new GatewaySettings(
          listening.settings(),
          new ExchangeSettings(
              properties,
              requests,
              replies,
              replyPartition,
              limits.maximumPending,
              limits.bodyBytes),
          limits.quotas(),
          limits.bounds(),
          new GatewaySettings.Health(group, maximumLag));
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
  }

  private ParameterException wrong(IllegalArgumentException e) {
    return new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
  }
}

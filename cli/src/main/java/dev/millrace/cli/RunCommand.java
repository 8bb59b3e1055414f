package dev.millrace.cli;

import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.gateway.LocalGateway;
import dev.millrace.cli.gateway.TaskDatabase;
import dev.millrace.cli.local.DataDirectory;
import dev.millrace.cli.local.LocalRun;
import dev.millrace.cli.local.LocalStack;
import dev.millrace.cli.local.Ports;
import dev.millrace.cli.local.Samples;
import dev.millrace.cli.report.Table;
import dev.millrace.cli.report.TerminalProgress;
import dev.millrace.cli.report.VerdictReport;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.jobs.MillraceOptions;
import dev.millrace.protocol.EnvelopeReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs all of Millrace on this machine. */
@Command(
    name = "run",
    description = {
      "Starts a Kafka broker, Flink and the job on this machine, answers the samples of the models,",
      "and serves until Ctrl-C, over HTTP too. What it starts ends with it."
    })
final class RunCommand implements Callable<Integer> {
  private static final Path FLINK_CONFIGURATION = home().resolve("flink-conf/local");
  private static final int PARTITIONS = 4;
  private static final int STOP_TIMEOUT_SECONDS = 60;

  /** What shells report for a command that Ctrl-C ended. */
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--once",
      description =
          "End when every request is answered: with 0 only if each was answered exactly once.")
  private boolean once;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Keep topics and checkpoints here, and go on from them; without it, they are deleted in the end.")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "The model repository (default: that of the checkout).")
  private Path models = home().resolve("models");

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "How many samples to send, from the first again after the last (default: each once).")
  private @Nullable Long requests;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description = "The parallelism of the job (default: ${DEFAULT-VALUE}).")
  private int parallelism;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "DURATION",
      description = "How often results are committed, such as 500ms (default: 1s).")
  private @Nullable String checkpointInterval;

  @Option(
      names = "--delivery-guarantee",
      paramLabel = "GUARANTEE",
      description =
          "exactly-once, or at-least-once for answers that do not wait for a checkpoint"
              + " (default: exactly-once).")
  private @Nullable String deliveryGuarantee;

  @Option(
      names = "--min-accuracy",
      paramLabel = "SHARE",
      description = "End --once with 1 when fewer of the labelled samples are right, such as 0.97.")
  private @Nullable Double minimumAccuracy;

  @Mixin private PortOptions portOptions = new PortOptions();
  @Mixin private LogOptions logging = new LogOptions();

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "An option of Millrace or Flink, such as millrace.batch.max-size=16. May be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  private final TerminalProgress progress = new TerminalProgress(System.err);
  private volatile boolean stopping;

  /** The ports, 0 for a free one. */
  static final class PortOptions {
    @Option(
        names = "--ui-port",
        defaultValue = "8081",
        description = "Flink's web UI (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int ui;

    @Option(
        names = "--broker-port",
        defaultValue = "9092",
        description = "The broker (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int broker;

    @Option(
        names = "--metrics-port",
        defaultValue = "9249",
        description = "Prometheus metrics (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int metrics;

    @Option(
        names = "--http-port",
        defaultValue = "8080",
        description = "The gateway (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int http;

    @Option(
        names = "--http-metrics-port",
        defaultValue = "9464",
        description = "Metrics of the gateway (default: ${DEFAULT-VALUE}; 0: a free one).")
    private int httpMetrics;

    Ports resolve() throws CommandException {
      return new Ports(ui, broker, metrics).resolve();
    }
  }

  @Override
  public Integer call() throws Exception {
    Thread main = Thread.currentThread();
    CountDownLatch finished = new CountDownLatch(1);
    Thread onSignal = new Thread(() -> stop(main, finished), "stop-on-signal");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      return runStack();
    } catch (Exception e) {
      // Whatever was under way when the signal came says in its own way that it was interrupted.
      if (stopping) {
        progress.say("stopped");
        return INTERRUPTED;
      }
      throw e;
    } finally {
      finished.countDown();
      if (!stopping) {
        Runtime.getRuntime().removeShutdownHook(onSignal);
      }
    }
  }

  /** Has the main thread close what it opened, and waits for that, before the process goes. */
  private void stop(Thread main, CountDownLatch finished) {
    stopping = true;
    main.interrupt();
    try {
      if (!finished.await(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("millrace: not everything has stopped in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int runStack() throws Exception {
    Ports ports = portOptions.resolve();
    requireModels();
    Samples samples = Samples.read(models);
    try (DataDirectory directory = DataDirectory.open(dataDirectory)) {
      Path log = directory.root().resolve("millrace.log");
      logging.toFile(FLINK_CONFIGURATION, log);
      progress.say("starting a Kafka broker and Flink in " + directory.root());
      LocalStack.Settings settings =
          new LocalStack.Settings(ports, FLINK_CONFIGURATION, jobOptions(), PARTITIONS);
      try (LocalStack stack = LocalStack.start(directory, settings)) {
        stack.restoredFrom().ifPresent(checkpoint -> progress.say("going on from " + checkpoint));
        LocalRun run = new LocalRun(stack, samples, progress);
        LocalRun.Report report = run.answer(requests == null ? samples.size() : requests);
        print(report, stack.topics(), ports, directory);
        if (once) {
          return holds(report) ? ExitCode.OK : ExitCode.CHECK_FAILED;
        }
        try (TaskDatabase database =
                TaskDatabase.local(
                    directory.root().resolve("database"), ownDirectory().resolve("postgresql"));
            LocalGateway gateway =
                LocalGateway.start(
                    stack,
                    models,
                    portOptions.http,
                    portOptions.httpMetrics,
                    ownDirectory().resolve("auth"),
                    database)) {
          print(gateway);
          progress.say("serving until Ctrl-C");
          run.serve();
          return ExitCode.OK;
        }
      }
    }
  }

  private boolean holds(LocalRun.Report report) {
    boolean accurate =
        minimumAccuracy == null || report.statistics().accuracy().orElse(0) >= minimumAccuracy;
    if (!accurate) {
      progress.say("the accuracy is below " + minimumAccuracy);
    }
    return accurate && report.verdict().holds();
  }

  /** Says what is wrong with a model before anything is started. */
  private void requireModels() throws CommandException {
    try {
      ModelRepository.load(models);
    } catch (InvalidModelException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private Configuration jobOptions() {
    Configuration configuration = Configuration.fromMap(options);
    configuration.set(MillraceOptions.MODELS_REPOSITORY, models.toString());
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    if (checkpointInterval != null) {
      configuration.setString(
          CheckpointingOptions.CHECKPOINTING_INTERVAL.key(), checkpointInterval);
    }
    if (deliveryGuarantee != null) {
      configuration.setString(MillraceOptions.DELIVERY_GUARANTEE.key(), deliveryGuarantee);
    }
    return configuration;
  }

  private void print(
      LocalRun.Report report, AuditTopics topics, Ports ports, DataDirectory directory) {
    PrintWriter out = spec.commandLine().getOut();
    out.println();
    Table figures = new Table();
    report.statistics().addTo(figures);
    report
        .engineAlone()
        .ifPresent(
            alone ->
                figures.row(
                    "engine alone",
                    "%.0f requests/s, full batches, no Kafka and no Flink".formatted(alone)));
    out.println(figures);
    out.println(VerdictReport.table(report.verdict()));
    out.println();
    out.println(
        new Table()
            .row("web UI", "http://127.0.0.1:" + ports.ui())
            .row("broker", "127.0.0.1:" + ports.broker())
            .row("metrics", "http://127.0.0.1:" + ports.metrics() + "/metrics")
            .row(
                "topics",
                "%s -> %s, %s".formatted(topics.requests(), topics.results(), topics.deadLetters()))
            .row("log", directory.root().resolve("millrace.log").toString()));
  }

  /** What outlives a run: the keys, where {@code millrace token} looks too, and PostgreSQL. */
  private Path ownDirectory() {
    return dataDirectory == null ? home().resolve("data") : dataDirectory;
  }

  private void print(LocalGateway gateway) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        new Table()
            .row("gateway", gateway.url())
            .row("API", gateway.url() + "/docs")
            .row("health", gateway.url() + "/healthz")
            .row("its metrics", gateway.metricsUrl()));
    out.println();
    out.println("Try it:");
    out.println();
    out.println("curl -s %s/v1/completions \\".formatted(gateway.url()));
    out.println(
        "  -H 'Authorization: Bearer %s' \\"
            .formatted(gateway.token(EnvelopeReader.DEFAULT_TENANT)));
    out.println("  -H 'Content-Type: application/json' \\");
    out.println(
        "  -d '{\"model\": \"scribe\", \"prompt\": \"In the beginning\", \"max_tokens\": 40}'");
    out.println();
  }

  private static Path home() {
    return Path.of(System.getProperty("millrace.home", "."));
  }
}

package dev.millrace.bench.gateway;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.GatewayAddress;
import dev.millrace.bench.Settings;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code ./millrace run} with all models of the checkout, those of the benchmarks too: broker, job
 * and gateway on free ports. Further gateways may be started before the same broker.
 */
final class Stack implements AutoCloseable {
  private static final Pattern GATEWAY = Pattern.compile("^\\s*gateway\\s+(http://\\S+)");
  private static final Pattern BROKER = Pattern.compile("^\\s*broker\\s+(\\S+:\\d+)");
  private static final Pattern TOKEN = Pattern.compile("Bearer ([\\w.-]+)");
  private static final Pattern SERVING = Pattern.compile("^serving on port (\\d+)");
  private static final int PARTITIONS = 4;

  /** Of the tokens that {@code millrace run} prints. */
  private static final String ISSUER = "millrace-development";

  private final Settings settings;
  private final Path models;
  private final MillraceProcess run;
  private final String broker;
  private final GatewayAddress gateway;

  private Stack(
      Settings settings, Path models, MillraceProcess run, String broker, GatewayAddress gateway) {
    this.settings = settings;
    this.models = models;
    this.run = run;
    this.broker = broker;
    this.gateway = gateway;
  }

  /** Starts it, and returns when its gateway serves. */
  static Stack start(Settings settings) throws BenchmarkException, InterruptedException {
    Path models = models(settings);
    List<String> command =
        new ArrayList<>(
            List.of(
                "run", "--requests", "0", "--data-dir", data(settings), "--models", "" + models));
    for (String port : List.of("ui", "broker", "metrics", "http", "http-metrics")) {
      command.addAll(List.of("--%s-port".formatted(port), "0"));
    }
    settings.options().forEach((key, value) -> command.addAll(List.of("-D", key + "=" + value)));
    MillraceProcess run = MillraceProcess.start(settings, command);
    try {
      String url = run.await(GATEWAY);
      return new Stack(
          settings, models, run, run.await(BROKER), GatewayAddress.of(url, run.await(TOKEN)));
    } catch (BenchmarkException | InterruptedException e) {
      run.close();
      throw e;
    }
  }

  private static String data(Settings settings) {
    return settings.workDirectory().resolve("stack").toString();
  }

  /** One repository of what lies in two. */
  private static Path models(Settings settings) throws BenchmarkException {
    Path models = settings.workDirectory().resolve("models");
    try {
      Files.createDirectories(models);
      for (String repository : List.of("models", "bench/models")) {
        try (Stream<Path> entries = Files.list(settings.home().resolve(repository))) {
          for (Path model : entries.filter(Files::isDirectory).toList()) {
            Files.createSymbolicLink(models.resolve(model.getFileName()), model.toAbsolutePath());
          }
        }
      }
      return models;
    } catch (IOException e) {
      throw new BenchmarkException("no repository of models can be made: " + e.getMessage(), e);
    }
  }

  /** Its gateway. */
  GatewayAddress gateway() {
    return gateway;
  }

  /** The process of job and gateway. */
  long pid() {
    return run.pid();
  }

  /**
   * Makes sure that it still runs.
   *
   * @throws BenchmarkException when not
   */
  void requireRunning() throws BenchmarkException {
    run.requireRunning();
  }

  /**
   * A gateway in a process of its own that writes to a topic which no job reads: what is asked of
   * it waits.
   *
   * @param maximumPending how many requests may wait
   */
  Waiting startWaiting(String topic, int maximumPending)
      throws BenchmarkException, InterruptedException {
    try {
      Topics.create(broker, Map.of(), List.of(new TopicSpecification(topic, PARTITIONS, Map.of())));
    } catch (ExecutionException e) {
      throw new BenchmarkException("topic %s cannot be made: %s".formatted(topic, e), e);
    }
    MillraceProcess process =
        MillraceProcess.start(
            settings,
            List.of(
                "gateway",
                "--bootstrap-server",
                broker,
                // With a database of its own, and the keys of the stack.
                "--data-dir",
                settings.workDirectory().resolve("waiting").toString(),
                "--jwks",
                Path.of(data(settings), "auth", "jwks.json").toString(),
                "--issuer",
                ISSUER,
                "--models",
                models.toString(),
                "--requests",
                topic,
                "--http-port",
                "0",
                "--http-metrics-port",
                "0",
                "--max-pending",
                Integer.toString(maximumPending)));
    try {
      String url = "http://127.0.0.1:" + process.await(SERVING);
      return new Waiting(process, GatewayAddress.of(url, gateway.token()));
    } catch (BenchmarkException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  /** A gateway before no job. */
  record Waiting(MillraceProcess process, GatewayAddress gateway) implements AutoCloseable {
    @Override
    public void close() throws InterruptedException {
      process.close();
    }
  }

  @Override
  public void close() throws InterruptedException {
    run.close();
  }
}

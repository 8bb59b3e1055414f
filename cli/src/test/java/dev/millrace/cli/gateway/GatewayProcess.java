package dev.millrace.cli.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.database.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code millrace gateway}, as a process of its own before the job of a stack. */
final class GatewayProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern PORT = Pattern.compile("(?m)^serving on port ([0-9]+) ");
  private static final Pattern METRICS_PORT = Pattern.compile("(?m)^metrics on port ([0-9]+)$");

  private final Process process;
  private final Path output;
  private final Path log;

  private GatewayProcess(Process process, Path output, Path log) {
    this.process = process;
    this.output = output;
    this.log = log;
  }

  /** Starts it with free ports, and returns when it serves. */
  static GatewayProcess start(GatewayStack stack, String... arguments) throws IOException {
    DatabaseSettings database = stack.database();
    Path password = Files.createTempFile(stack.directory(), "password", ".txt");
    Files.writeString(password, database.password());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-Dmillrace.home=" + System.getProperty("millrace.home"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.millrace.cli.Millrace", "gateway"));
    command.addAll(List.of("--bootstrap-server", stack.bootstrapServers()));
    command.addAll(List.of("--data-dir", stack.directory().toString()));
    command.addAll(List.of("--models", GatewayStack.MODELS.toString()));
    command.addAll(List.of("--http-port", "0", "--http-metrics-port", "0"));
    command.addAll(List.of("--database-url", database.url()));
    command.addAll(List.of("--database-user", database.user()));
    command.addAll(List.of("--database-password-file", password.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(stack.directory(), "gateway", ".out");
    Path log = Files.createTempFile(stack.directory(), "gateway", ".log");
    GatewayProcess gateway =
        new GatewayProcess(
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start(),
            output,
            log);
    gateway.awaitServing();
    return gateway;
  }

  private void awaitServing() {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(process.isAlive()).as(log()).isTrue();
              return METRICS_PORT.matcher(Files.readString(output)).find();
            });
  }

  int port() throws IOException {
    return port(PORT);
  }

  int metricsPort() throws IOException {
    return port(METRICS_PORT);
  }

  String url() throws IOException {
    return "http://127.0.0.1:" + port();
  }

  private int port(Pattern pattern) throws IOException {
    Matcher matcher = pattern.matcher(Files.readString(output));
    assertThat(matcher.find()).as(Files.readString(output)).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  /** What it has written to its standard error. */
  String log() throws IOException {
    return Files.readString(log);
  }

  /** Asks it to end, as {@code kill} does. */
  void terminate() {
    process.destroy();
  }

  /** Waits for its end, and returns its status. */
  int exitStatus(Duration patience) throws IOException, InterruptedException {
    assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

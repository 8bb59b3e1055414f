package dev.millrace.bench.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command of {@code ./millrace} that serves until it is told to end. A thread of its own listens
 * to what it prints; the methods may be called from any.
 */
final class MillraceProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private final String name;
  private final Process process;
  private final Path errors;
  private final List<String> lines = new ArrayList<>();

  private MillraceProcess(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    Thread listener = new Thread(this::listen, name + "-listener");
    listener.setDaemon(true);
    listener.start();
  }

  /**
   * Starts a command, as the launcher script of the checkout does.
   *
   * @param arguments the command and its options
   */
  static MillraceProcess start(Settings settings, List<String> arguments)
      throws BenchmarkException {
    String name = arguments.get(0);
    Path launcher = settings.home().resolve("millrace");
    List<String> command = new ArrayList<>(List.of(launcher.toAbsolutePath().toString()));
    command.addAll(arguments);
    Path errors = settings.workDirectory().resolve(name + ".err");
    try {
      return new MillraceProcess(
          name, new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    } catch (IOException e) {
      throw new BenchmarkException(
          "%s cannot be started: %s".formatted(launcher, e.getMessage()), e);
    }
  }

  private void listen() {
    try (BufferedReader output = process.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (this) {
          lines.add(line);
          notifyAll();
        }
      }
    } catch (IOException e) {
      // The process has ended, which whoever waits for a line finds out.
    }
  }

  /**
   * Waits until it has printed something.
   *
   * @return what the first group of the pattern has found in a line
   * @throws BenchmarkException when it ends before that, or takes minutes
   */
  String await(Pattern pattern) throws BenchmarkException, InterruptedException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    int next = 0;
    while (System.nanoTime() < deadline) {
      synchronized (this) {
        for (; next < lines.size(); next++) {
          Matcher matcher = pattern.matcher(lines.get(next));
          if (matcher.find()) {
            return matcher.group(1);
          }
        }
        wait(100);
      }
      requireRunning();
    }
    throw new BenchmarkException(
        "millrace %s does not say '%s' within %d s"
            .formatted(name, pattern, START_TIMEOUT.toSeconds()));
  }

  /**
   * Makes sure that it has not ended.
   *
   * @throws BenchmarkException with the last that it said
   */
  void requireRunning() throws BenchmarkException {
    if (!process.isAlive()) {
      throw new BenchmarkException(
          "millrace %s has ended with %d: %s".formatted(name, process.exitValue(), lastError()));
    }
  }

  private String lastError() {
    try {
      List<String> said = Files.readAllLines(errors);
      return said.isEmpty() ? "it says nothing" : said.get(said.size() - 1);
    } catch (IOException e) {
      return "what it said cannot be read: " + e.getMessage();
    }
  }

  /** Its number; the launcher script becomes the JVM, so this is that of the JVM. */
  long pid() {
    return process.pid();
  }

  /** Ends it, and waits until what it had started has ended too. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}

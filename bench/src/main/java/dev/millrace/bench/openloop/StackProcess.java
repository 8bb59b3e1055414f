package dev.millrace.bench.openloop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Settings;
import dev.millrace.bench.systems.Checkpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs {@link StackMain}, and what it has said. A thread of its own listens; the
 * methods may be called from any.
 */
final class StackProcess implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final List<String> HANDED_ON =
      List.of("millrace.", "ai.djl.", "log4j2.", "OPT_OUT_TRACKING");

  private final Process process;
  private final Path log;
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private StackMessage.@Nullable Ready ready;
  private @Nullable String failure;
  private long mostUsed;
  private long mostLeft;
  private int restarts;

  private StackProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Thread listener = new Thread(this::listen, "stack-listener");
    listener.setDaemon(true);
    listener.start();
  }

  /**
   * Starts the process, and returns when the job runs.
   *
   * @param heap the size of its heap, such as {@code 512m}
   * @param model what scores
   * @param options of Flink and Millrace, over all others
   */
  static StackProcess start(
      Settings settings, String heap, TimedModel model, Map<String, String> options)
      throws BenchmarkException, InterruptedException {
    Path log = settings.workDirectory().resolve("stack.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> HANDED_ON.stream().anyMatch(name::startsWith))
        .map(name -> "-D%s=%s".formatted(name, System.getProperty(name)))
        .forEach(command::add);
    command.add("-Dmillrace.log=" + log);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StackMain.class.getName());
    command.add(settings.home().toString());
    command.add(settings.workDirectory().resolve("stack").toString());
    command.add(Long.toString(model.fixed().toMillis()));
    command.add(Integer.toString(model.maximumRows()));
    settings.options().forEach((key, value) -> command.add(key + "=" + value));
    options.forEach((key, value) -> command.add(key + "=" + value));
    try {
      StackProcess stack =
          new StackProcess(
              new ProcessBuilder(command)
                  .redirectError(settings.workDirectory().resolve("stack.err").toFile())
                  .start(),
              log);
      stack.awaitReady();
      return stack;
    } catch (IOException e) {
      throw new BenchmarkException("no process for the job can be started: " + e.getMessage(), e);
    }
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        hear(StackMessage.parse(line));
      }
    } catch (IOException e) {
      // The process has ended.
    }
  }

  private synchronized void hear(StackMessage message) {
    if (message instanceof StackMessage.Ready said) {
      ready = said;
    } else if (message instanceof StackMessage.Heap heap) {
      mostUsed = Math.max(mostUsed, heap.used());
      mostLeft = Math.max(mostLeft, heap.left());
    } else if (message instanceof StackMessage.Restarts said) {
      restarts = said.count();
    } else if (message instanceof StackMessage.Completed completed) {
      checkpoints.add(completed.checkpoint());
    } else if (message instanceof StackMessage.Failed failed) {
      failure = failed.message();
    }
  }

  private void awaitReady() throws BenchmarkException, InterruptedException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > deadline) {
        close();
        throw new BenchmarkException(
            "the job is not up after %d s; its log is %s"
                .formatted(START_TIMEOUT.toSeconds(), log));
      }
      requireRunning();
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private synchronized boolean isReady() {
    return ready != null;
  }

  /**
   * Makes sure that neither the process nor the job has ended.
   *
   * @throws BenchmarkException with the reason when one has
   */
  synchronized void requireRunning() throws BenchmarkException {
    if (failure != null || !process.isAlive()) {
      throw new BenchmarkException(
          "the job has ended: %s; its log is %s"
              .formatted(failure == null ? "its process is gone" : failure, log));
    }
  }

  /** Where it reads and writes. */
  synchronized StackMessage.Ready ready() {
    if (ready == null) {
      throw new IllegalStateException("not started");
    }
    return ready;
  }

  /** Has the engine begin. */
  void release() throws BenchmarkException {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new BenchmarkException("the process of the job does not listen any more", e);
    }
  }

  /** All checkpoints so far, oldest first. */
  synchronized List<Checkpoint> checkpoints() {
    return List.copyOf(checkpoints);
  }

  /** The most bytes of heap that were seen in use, garbage among them. */
  synchronized long mostUsed() {
    return mostUsed;
  }

  /** The most bytes of heap that a collection left. */
  synchronized long mostLeft() {
    return mostLeft;
  }

  /** How often the job has failed and gone on. */
  synchronized int restarts() {
    return restarts;
  }

  @Override
  public void close() throws InterruptedException {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}

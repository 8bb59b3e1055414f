package dev.millrace.cli.cluster;

import dev.millrace.broker.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A member that is a JVM of its own. */
final class JvmMember implements Member {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final Readiness readiness;
  private volatile @Nullable Process process;

  /** Whether a member does its work. */
  interface Readiness {
    boolean look() throws InterruptedException;

    /** What was seen so far was another process. */
    default void processStarts() {}
  }

  /**
   * @param command what starts it
   * @param environment over that of this process
   * @param log what it prints goes to this path with {@code .out} in the place of {@code .log}
   */
  JvmMember(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Readiness readiness) {
    this.name = name;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
    this.readiness = readiness;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path log() {
    return log;
  }

  @Override
  public void start() throws IOException {
    Path directory = log.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    log.resolveSibling(log.getFileName().toString().replace(".log", ".out"))
                        .toFile()));
    builder.environment().putAll(environment);
    readiness.processStarts();
    process = builder.start();
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    Process current = process;
    return current == null || !current.isAlive()
        ? Optional.empty()
        : Optional.of(ProcessIdentity.of(current.toHandle()));
  }

  @Override
  public boolean isAlive() {
    Process current = process;
    return current != null && current.isAlive();
  }

  @Override
  public String ending() {
    Process current = process;
    if (current == null) {
      return "was never started";
    }
    return current.isAlive() ? "lives" : Endings.of(current.exitValue());
  }

  @Override
  public boolean isReady() throws InterruptedException {
    return isAlive() && readiness.look();
  }

  @Override
  public void stop() throws InterruptedException {
    Process current = process;
    if (current == null) {
      return;
    }
    current.destroy();
    if (!current.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      kill();
    }
  }

  @Override
  public void kill() throws InterruptedException {
    Process current = process;
    if (current != null) {
      current.destroyForcibly().waitFor();
    }
  }
}

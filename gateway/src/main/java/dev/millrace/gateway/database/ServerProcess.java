package dev.millrace.gateway.database;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server as a child process that ends with this one.
 *
 * <p>A shell is between the two. It holds one end of a pipe whose other end is this process's; the
 * operating system closes it however this process ends, {@code kill -9} included, and then the
 * shell has the server shut down. The shell ends when the server does.
 */
final class ServerProcess {
  /** Interrupted, PostgreSQL ends all sessions and shuts down in order. */
  private static final String SHELL =
      """
      trap '' INT
      exec 3<&0
      "$@" </dev/null 3<&- &
      server=$!
      { cat <&3 >/dev/null; kill -INT $server; } &
      pipe=$!
      exec 3<&-
      wait $server
      status=$?
      kill $pipe 2>/dev/null
      exit $status
      """;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  private final Process shell;

  private ServerProcess(Process shell) {
    this.shell = shell;
  }

  static ServerProcess start(
      LocalDatabaseConfiguration configuration, ServerBinaries binaries, int port)
      throws IOException {
    List<String> settings =
        List.of(
            "listen_addresses=127.0.0.1",
            "port=" + port,
            "unix_socket_directories=",
            "timezone=UTC",
            "log_timezone=UTC",
            // Pages read little; compiling them would take longer than they do.
            "jit=off");
    List<String> arguments = new ArrayList<>(List.of("-D", configuration.data().toString()));
    for (String setting : settings) {
      arguments.add("-c");
      arguments.add(setting);
    }
    List<String> command = new ArrayList<>(List.of("sh", "-c", SHELL, "postgresql"));
    command.addAll(binaries.command("postgres", arguments));
    return new ServerProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(configuration.log().toFile()))
            .start());
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  /** Waits until it has ended, and returns its status. */
  int awaitEnd() throws InterruptedException {
    return shell.waitFor();
  }

  /** Whether it ends within this time. */
  boolean endsWithin(Duration time) throws InterruptedException {
    return shell.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Has it shut down, and kills it when that takes too long. */
  void stop() throws IOException, InterruptedException {
    List<ProcessHandle> all = shell.descendants().toList();
    shell.getOutputStream().close();
    if (!endsWithin(STOP_TIMEOUT)) {
      all.forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly().waitFor();
    }
  }
}

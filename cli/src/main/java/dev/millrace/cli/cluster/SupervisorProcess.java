package dev.millrace.cli.cluster;

import dev.millrace.bench.Progress;
import dev.millrace.broker.ProcessIdentity;
import dev.millrace.cli.CommandException;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts a supervisor that outlives this process. */
public final class SupervisorProcess {
  private static final long LOOK_MILLIS = 200;
  private static final String HEAP = "-Xmx256m";

  private SupervisorProcess() {}

  /**
   * Starts it, and returns what it says of its cluster once all of it is ready.
   *
   * @param arguments those of this process, which would start the cluster in the foreground if it
   *     were told to
   * @throws CommandException when the cluster does not come up, with the reason
   */
  public static ClusterState start(
      ClusterDirectory directory, List<String> arguments, Progress progress)
      throws CommandException, IOException, InterruptedException {
    Cluster cluster = new Cluster(directory);
    if (cluster.isUp()) {
      throw new CommandException(
          "a cluster runs in %s: take it down first, or choose another --dir"
              .formatted(directory.root()));
    }
    Files.deleteIfExists(directory.state());
    Path log = directory.log("supervisor");
    Files.createDirectories(log.toAbsolutePath().getParent());
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    ProcessIdentity identity = ProcessIdentity.of(process.toHandle());
    while (true) {
      Optional<ClusterState> state =
          cluster.state().filter(written -> written.supervisor().equals(identity));
      if (state.isPresent() && state.get().ready()) {
        return state.get();
      }
      if (!process.isAlive()) {
        throw new CommandException(
            "the cluster did not come up: %s (log: %s)"
                .formatted(state.map(ClusterState::failure).orElseGet(() -> lastLine(log)), log));
      }
      progress.update(state.map(SupervisorProcess::summary).orElse("starting the supervisor"));
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  /**
   * The same JVM, class path and arguments, but in the foreground and deaf to a closed terminal.
   */
  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add("nohup");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-Xmx")) {
        command.add(option);
      }
    }
    command.add(HEAP);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("dev.millrace.cli.Millrace");
    command.addAll(arguments);
    command.add("--foreground");
    return command;
  }

  private static String summary(ClusterState state) {
    long running =
        state.members().stream()
            .filter(member -> member.phase() == ClusterState.Phase.RUNNING)
            .count();
    return "%d of %d members are ready".formatted(running, state.members().size());
  }

  private static String lastLine(Path log) {
    try {
      return Files.readAllLines(log).stream()
          .filter(line -> !line.isBlank())
          .reduce((earlier, later) -> later)
          .orElse("it said nothing");
    } catch (IOException e) {
      return "its log cannot be read: " + e.getMessage();
    }
  }
}

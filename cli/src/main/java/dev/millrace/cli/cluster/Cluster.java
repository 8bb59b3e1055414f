package dev.millrace.cli.cluster;

import dev.millrace.broker.ProcessIdentity;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.flink.FlinkRest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster as other commands see it: through the file that its supervisor writes. */
public final class Cluster {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);

  private final ClusterDirectory directory;

  public Cluster(ClusterDirectory directory) {
    this.directory = directory;
  }

  /** What was last written of it, whether it runs or not. */
  public Optional<ClusterState> state() throws IOException {
    return ClusterState.read(directory);
  }

  /** Whether its supervisor lives. */
  public boolean isUp() throws IOException {
    return state().flatMap(state -> state.supervisor().living()).isPresent();
  }

  /**
   * What its supervisor says of it.
   *
   * @throws CommandException when none runs
   */
  public ClusterState require() throws CommandException, IOException {
    return state()
        .filter(state -> state.supervisor().living().isPresent())
        .orElseThrow(
            () ->
                new CommandException(
                    "no cluster runs in %s: start one with millrace cluster up, or say where it is"
                            .formatted(directory.root())
                        + " with --dir"));
  }

  /** Its REST API. */
  public static FlinkRest rest(ClusterState state) {
    return new FlinkRest(state.rest().stream().map(URI::create).toList());
  }

  /**
   * Has it end, and makes sure that no process of it is left, whatever became of its supervisor.
   *
   * @return whether there was anything to end
   */
  public boolean down() throws CommandException, IOException, InterruptedException {
    Optional<ClusterState> state = state();
    if (state.isEmpty()) {
      return false;
    }
    boolean any = end(state.get().supervisor());
    // Nothing but a supervisor that was killed leaves members, and they end by themselves then.
    for (ProcessIdentity member : members(state().orElse(state.get())).toList()) {
      any |= end(member);
    }
    return any;
  }

  private static Stream<ProcessIdentity> members(ClusterState state) {
    return state.members().stream().map(ClusterState.MemberState::process).filter(Objects::nonNull);
  }

  private static boolean end(ProcessIdentity identity)
      throws CommandException, InterruptedException {
    Optional<ProcessHandle> process = identity.living();
    if (process.isEmpty()) {
      return false;
    }
    process.get().destroy();
    if (!ProcessIdentity.awaitExit(process.get(), STOP_TIMEOUT)) {
      throw new CommandException(
          "process %d has not ended within %d s"
              .formatted(identity.pid(), STOP_TIMEOUT.toSeconds()));
    }
    return true;
  }
}

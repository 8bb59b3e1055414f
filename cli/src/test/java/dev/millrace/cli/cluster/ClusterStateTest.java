package dev.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.broker.ProcessIdentity;
import dev.millrace.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterStateTest {
  @TempDir Path root;

  @Test
  void isReadAsItWasWritten() throws Exception {
    ClusterState state = state(ProcessIdentity.of(ProcessHandle.current()));
    ClusterDirectory directory = new ClusterDirectory(root);
    state.write(directory);

    assertThat(ClusterState.read(directory)).contains(state);
    assertThat(new Cluster(directory).require()).isEqualTo(state);
  }

  @Test
  void aClusterWhoseSupervisorIsGoneDoesNotRun() throws Exception {
    // The same process id, but of a process that began at another time.
    ProcessIdentity gone = new ProcessIdentity(ProcessHandle.current().pid(), "long ago");
    ClusterDirectory directory = new ClusterDirectory(root);
    state(gone).write(directory);

    assertThat(new Cluster(directory).isUp()).isFalse();
    assertThatThrownBy(() -> new Cluster(directory).require())
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("no cluster runs in " + root)
        .hasMessageContaining("millrace cluster up");
    assertThat(new Cluster(directory).down()).as("nothing to end").isFalse();
  }

  @Test
  void saysWhichFileCannotBeRead() throws Exception {
    ClusterDirectory directory = new ClusterDirectory(root);
    Files.writeString(directory.state(), "{\"supervisor\":");

    assertThatThrownBy(() -> ClusterState.read(directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory.state().toString());
  }

  private static ClusterState state(ProcessIdentity supervisor) {
    return new ClusterState(
        supervisor,
        true,
        null,
        List.of("http://127.0.0.1:8081"),
        List.of("http://127.0.0.1:8080"),
        "127.0.0.1:9092",
        "file:/savepoints",
        List.of(
            new ClusterState.MemberState(
                "broker", ClusterState.Phase.RUNNING, new ProcessIdentity(1, "then"), 2, "log"),
            new ClusterState.MemberState(
                "jobmanager", ClusterState.Phase.WAITING, null, 0, "other")));
  }
}

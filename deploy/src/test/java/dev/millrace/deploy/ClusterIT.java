package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.deploy.Launcher.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of processes, through the launcher of the distribution as users have it. */
class ClusterIT {
  /** Exit statuses. */
  private static final int CHECK_FAILED = 1;

  private static final int UNAVAILABLE = 3;

  @TempDir Path directory;

  private TestCluster cluster;

  @BeforeEach
  void layOut() throws Exception {
    cluster = TestCluster.unpack(directory);
  }

  @AfterEach
  void endWhatIsLeft() throws Exception {
    cluster.close();
  }

  @Test
  void startsSubmitsRescalesUpgradesAndEnds() throws Exception {
    assertThat(cluster.up().out())
        .containsPattern("broker +running")
        .containsPattern("jobmanager +running")
        .containsPattern("taskmanager-2 +running")
        .contains("4, 4 free");
    List<ProcessHandle> processes = cluster.processes();
    assertThat(processes).as("a supervisor and four members").hasSize(5);

    assertThat(cluster.run("cluster", "up").out()).contains("a cluster runs in", "--dir");

    Path file = Files.writeString(directory.resolve("file"), "");
    Result refused =
        cluster.run("submit", "-D", "execution.checkpointing.dir=file:%s/below".formatted(file));
    assertThat(refused.status()).as(refused.out()).isEqualTo(UNAVAILABLE);
    assertThat(refused.out()).contains("nothing can be written below file:" + file);

    assertThat(cluster.succeed("submit").out()).containsPattern("(?m)^[0-9a-f]{32}$");

    cluster.load("--tenant", "a=3", "--tenant", "b=1", "--priority", "1=1", "--priority", "5=9");

    assertThat(cluster.succeed("rescale", "2").out()).contains("runs with parallelism 2");

    assertThat(cluster.succeed("savepoint").out())
        .contains("file:" + cluster.directory() + "/savepoints/savepoint-");

    Path jar = cluster.jobJar();
    assertThat(cluster.succeed("upgrade", "--jar", jar.toString()).out())
        .contains("runs the new jar");
    cluster.load();
    cluster.audit();

    Result stopped = cluster.succeed("stop");
    Matcher path = Pattern.compile("(?m)^(file:\\S+)$").matcher(stopped.out());
    assertThat(path.find()).as(stopped.out()).isTrue();
    cluster.succeed("submit", "--from", path.group(1));
    cluster.succeed("cancel");
    assertThat(cluster.run("rescale", "1").out()).contains("no job runs");

    cluster.succeed("cluster", "down");
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(cluster.run("cluster", "status").status()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void goesBackToTheOldJarWhenTheNewOneDoesNotStart() throws Exception {
    cluster.up("--taskmanagers", "1", "--no-warm-up");
    cluster.succeed("submit");
    Path broken = directory.resolve("broken.jar");
    Distribution.jarWithoutMain(broken);

    Result upgraded = cluster.run("upgrade", "--jar", broken.toString(), "--timeout", "60s");

    assertThat(upgraded.status()).as(upgraded.out()).isEqualTo(CHECK_FAILED);
    assertThat(upgraded.out()).contains("runs the OLD jar again");
    cluster.load();

    // The supervisor dies without a chance to end anybody.
    List<ProcessHandle> processes = cluster.processes();
    ProcessHandle.of(cluster.state().path("supervisor").path("pid").asLong())
        .orElseThrow()
        .destroyForcibly();
    for (ProcessHandle process : processes) {
      process.onExit().get(1, TimeUnit.MINUTES);
    }
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }
}

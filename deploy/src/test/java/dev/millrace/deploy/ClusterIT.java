package dev.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.deploy.Launcher.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private Launcher launcher;
  private String cluster;

  @BeforeEach
  void layOut() throws Exception {
    cluster = directory.resolve("cluster").toString();
    launcher = Launcher.unpack(directory);
  }

  @AfterEach
  void endWhatIsLeft() throws Exception {
    millrace("cluster", "down", "--dir", cluster);
  }

  @Test
  void startsSubmitsRescalesUpgradesAndEnds() throws Exception {
    Result up = millrace("cluster", "up", "--dir", cluster, "--ui-port", "0", "--broker-port", "0");
    assertThat(up.status()).as(up.out()).isZero();
    assertThat(up.out())
        .containsPattern("broker +running")
        .containsPattern("jobmanager +running")
        .containsPattern("taskmanager-2 +running")
        .contains("4, 4 free");
    List<ProcessHandle> processes = processes();
    assertThat(processes).as("a supervisor and four members").hasSize(5);

    assertThat(millrace("cluster", "up", "--dir", cluster).out())
        .contains("a cluster runs in", "--dir");

    Result submitted = millrace("submit", "--dir", cluster);
    assertThat(submitted.status()).as(submitted.out()).isZero();
    assertThat(submitted.out()).containsPattern("(?m)^[0-9a-f]{32}$");

    assertThat(load("--tenant", "a=3", "--tenant", "b=1", "--priority", "1=1", "--priority", "5=9"))
        .containsPattern("unanswered +0\\b")
        .containsPattern("answered twice +0\\b");

    Result rescaled = millrace("rescale", "2", "--dir", cluster);
    assertThat(rescaled.status()).as(rescaled.out()).isZero();
    assertThat(rescaled.out()).contains("runs with parallelism 2");

    Result savepoint = millrace("savepoint", "--dir", cluster);
    assertThat(savepoint.status()).as(savepoint.out()).isZero();
    assertThat(savepoint.out()).contains("file:" + cluster + "/savepoints/savepoint-");

    Path jar = jobJar();
    Result upgraded = millrace("upgrade", "--jar", jar.toString(), "--dir", cluster);
    assertThat(upgraded.status()).as(upgraded.out()).isZero();
    assertThat(upgraded.out()).contains("runs the new jar");
    assertThat(load()).containsPattern("unanswered +0\\b");

    Result audit =
        millrace("audit", "--bootstrap-server", state().path("bootstrapServers").asText());
    assertThat(audit.status()).as(audit.out()).isZero();

    Result stopped = millrace("stop", "--dir", cluster);
    assertThat(stopped.status()).as(stopped.out()).isZero();
    Matcher path = Pattern.compile("(?m)^(file:\\S+)$").matcher(stopped.out());
    assertThat(path.find()).as(stopped.out()).isTrue();
    Result resumed = millrace("submit", "--from", path.group(1), "--dir", cluster);
    assertThat(resumed.status()).as(resumed.out()).isZero();
    Result cancelled = millrace("cancel", "--dir", cluster);
    assertThat(cancelled.status()).as(cancelled.out()).isZero();
    assertThat(millrace("rescale", "1", "--dir", cluster).out()).contains("no job runs");

    Result down = millrace("cluster", "down", "--dir", cluster);
    assertThat(down.status()).as(down.out()).isZero();
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
    assertThat(millrace("cluster", "status", "--dir", cluster).status()).isEqualTo(UNAVAILABLE);
  }

  @Test
  void goesBackToTheOldJarWhenTheNewOneDoesNotStart() throws Exception {
    Result up =
        millrace(
            "cluster",
            "up",
            "--dir",
            cluster,
            "--ui-port",
            "0",
            "--broker-port",
            "0",
            "--taskmanagers",
            "1");
    assertThat(up.status()).as(up.out()).isZero();
    Result submitted = millrace("submit", "--dir", cluster);
    assertThat(submitted.status()).as(submitted.out()).isZero();
    Path broken = directory.resolve("broken.jar");
    Distribution.jarWithoutMain(broken);

    Result upgraded =
        millrace("upgrade", "--jar", broken.toString(), "--dir", cluster, "--timeout", "60s");

    assertThat(upgraded.status()).as(upgraded.out()).isEqualTo(CHECK_FAILED);
    assertThat(upgraded.out()).contains("runs the OLD jar again");
    assertThat(load()).containsPattern("unanswered +0\\b");

    // The supervisor dies without a chance to end anybody.
    List<ProcessHandle> processes = processes();
    ProcessHandle.of(state().path("supervisor").path("pid").asLong())
        .orElseThrow()
        .destroyForcibly();
    for (ProcessHandle process : processes) {
      process.onExit().get(1, TimeUnit.MINUTES);
    }
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  private String load(String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "load",
                "--bootstrap-server",
                state().path("bootstrapServers").asText(),
                "--rate",
                "200",
                "--duration",
                "5s"));
    arguments.addAll(List.of(more));
    Result load = millrace(arguments.toArray(String[]::new));
    assertThat(load.status()).as(load.out()).isZero();
    return load.out();
  }

  private JsonNode state() throws IOException {
    return new ObjectMapper().readTree(Path.of(cluster, "cluster.json").toFile());
  }

  private List<ProcessHandle> processes() throws IOException {
    List<ProcessHandle> processes = new ArrayList<>();
    JsonNode state = state();
    ProcessHandle.of(state.path("supervisor").path("pid").asLong()).ifPresent(processes::add);
    for (JsonNode member : state.path("members")) {
      ProcessHandle.of(member.path("process").path("pid").asLong()).ifPresent(processes::add);
    }
    return processes;
  }

  private Path jobJar() throws IOException {
    try (var jars = Files.list(launcher.home().resolve("jobs"))) {
      return jars.findFirst().orElseThrow();
    }
  }

  private Result millrace(String... arguments) throws Exception {
    return launcher.run(arguments);
  }
}

package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole stack as a process of its own, which is asked to end in every way there is. */
class RunIT {
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatIsLeft() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void answersEverySampleExactlyOnceAndRecognisesTheDigits() throws Exception {
    Path output = directory.resolve("output");
    Process run = run(output, "--once");

    assertThat(exitStatus(run)).as(Files.readString(output)).isZero();
    assertThat(Files.readString(output))
        .contains("Every request has exactly one answer.", "answered ok   455", "engine alone")
        .containsPattern("accuracy +(9[7-9]|100)\\.[0-9]+ %");
  }

  @Test
  void goesOnFromItsLastCheckpointAfterItWasKilledWithRequestsWaiting() throws Exception {
    Path data = directory.resolve("data");
    Path output = directory.resolve("output");
    Process killed = run(output, "--data-dir", data.toString(), "--requests", "20000");
    await(killed, output, () -> Files.readString(output).contains("sending"));
    await(killed, output, () -> hasCheckpoint(data));
    killed.destroyForcibly().waitFor();
    assertThat(Files.readString(output))
        .as("it was killed before it was done")
        .doesNotContain("20000 answered");

    Path secondOutput = directory.resolve("second-output");
    Process second =
        run(secondOutput, "--data-dir", data.toString(), "--requests", "450", "--once");

    assertThat(exitStatus(second)).as(Files.readString(secondOutput)).isZero();
    assertThat(Files.readString(secondOutput))
        .contains("going on from", "Every request has exactly one answer.")
        .containsPattern("requests +[0-9]{4,5}\\b");
  }

  @Test
  void leavesNeitherProcessNorFileBehindWhenItIsInterrupted() throws Exception {
    Path output = directory.resolve("output");
    Process run = run(output);
    await(run, output, () -> Files.readString(output).contains("serving until Ctrl-C"));
    List<ProcessHandle> children = run.descendants().toList();
    assertThat(children).as("the broker").isNotEmpty();

    int signal = interrupt(run);

    assertThat(exitStatus(run)).isEqualTo(128 + signal);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    Path data = dataDirectory(Files.readString(output));
    assertThat(data).doesNotExist();
  }

  @Test
  void leavesNoBrokerBehindWhenItIsKilled() throws Exception {
    Path output = directory.resolve("output");
    Process run = run(output, "--data-dir", directory.resolve("data").toString());
    await(run, output, () -> Files.readString(output).contains("sending"));
    List<ProcessHandle> children = run.descendants().toList();
    assertThat(children).as("the broker").isNotEmpty();

    run.destroyForcibly().waitFor();

    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Process process, Path output, Condition condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
              return condition.holds();
            });
  }

  private static boolean hasCheckpoint(Path data) throws IOException {
    Path checkpoints = data.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files.anyMatch(file -> file.endsWith("_metadata"));
    } catch (java.io.UncheckedIOException e) {
      // A checkpoint was deleted while it was looked at, so there is a newer one.
      return true;
    }
  }

  private static Path dataDirectory(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("starting"))
        .map(line -> Path.of(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  /**
   * As Ctrl-C does. What a shell starts in the background without job control is born deaf to that,
   * and so is all it starts: there, and only there, this is SIGTERM, which takes the same way.
   *
   * @return the number of the signal
   */
  private static int interrupt(Process process) throws Exception {
    String ignored =
        Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring("SigIgn:".length()).strip())
            .findFirst()
            .orElseThrow();
    boolean deaf = (Long.parseUnsignedLong(ignored, 16) >> (SIGINT - 1) & 1) == 1;
    int signal = deaf ? SIGTERM : SIGINT;
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    return signal;
  }

  private static int exitStatus(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** Starts the command as the launcher does, with free ports. */
  private Process run(Path output, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    for (String name : List.of("java.util", "java.lang", "java.nio", "java.time")) {
      command.addAll(List.of("--add-opens", "java.base/" + name + "=ALL-UNNAMED"));
    }
    for (String property : List.of("millrace.home", "millrace.kafka.home")) {
      command.add("-D" + property + "=" + System.getProperty(property));
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.millrace.cli.Millrace", "run"));
    command.addAll(List.of("--ui-port", "0", "--broker-port", "0", "--metrics-port", "0"));
    command.addAll(List.of("--http-port", "0", "--http-metrics-port", "0"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    started.add(process);
    return process;
  }
}

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
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster of processes in a directory of its own, through the launcher as users have it. */
final class TestCluster implements AutoCloseable {
  /**
   * So long that what names files after whole paths, as RocksDB does its log, finds them too long;
   * and short enough for Flink not to notice.
   */
  private static final String DIRECTORY = "a-cluster-of-a-long-name";

  private final Launcher launcher;
  private final Path directory;

  private TestCluster(Launcher launcher, Path directory) {
    this.launcher = launcher;
    this.directory = directory;
  }

  /** Unpacks the distribution where nobody has ever been; nothing runs yet. */
  static TestCluster unpack(Path scratch) throws IOException, InterruptedException {
    return new TestCluster(Launcher.unpack(scratch), scratch.resolve(DIRECTORY));
  }

  Path directory() {
    return directory;
  }

  /** Starts it on free ports, without gateways unless they are asked for. */
  Result up(String... more) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("cluster", "up", "--ui-port", "0", "--broker-port", "0"));
    command.addAll(List.of(more));
    if (!command.contains("--gateways")) {
      command.addAll(List.of("--gateways", "0"));
    }
    Result up = run(command.toArray(String[]::new));
    assertThat(up.status()).as(up.out()).isZero();
    return up;
  }

  /** Runs a command on it that has to succeed. */
  Result succeed(String... command) throws IOException, InterruptedException {
    Result result = run(command);
    assertThat(result.status()).as(result.out()).isZero();
    return result;
  }

  /** Runs a command on it, however it ends. */
  Result run(String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--dir", directory.toString()));
    return launcher.run(arguments.toArray(String[]::new));
  }

  /** A token that the cluster's gateways trust. */
  String token(String tenant) throws IOException, InterruptedException {
    Result token = launcher.run("token", "--data-dir", directory.toString(), "--tenant", tenant);
    assertThat(token.status()).as(token.out()).isZero();
    return token.out().strip();
  }

  /** Sends a thousand requests within five seconds and has all of them answered. */
  Result load(String... more) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("load", "--bootstrap-server", bootstrapServers(), "--rate", "200"));
    arguments.addAll(List.of("--duration", "5s"));
    arguments.addAll(List.of(more));
    Result load = launcher.run(arguments.toArray(String[]::new));
    assertThat(load.status()).as(load.out()).isZero();
    assertThat(load.out())
        .containsPattern("unanswered +0\\b")
        .containsPattern("answered twice +0\\b");
    return load;
  }

  /** Checks that every request so far has exactly one answer. */
  void audit() throws IOException, InterruptedException {
    Result audit = launcher.run("audit", "--bootstrap-server", bootstrapServers());
    assertThat(audit.status()).as(audit.out()).isZero();
  }

  JsonNode state() throws IOException {
    return new ObjectMapper().readTree(directory.resolve("cluster.json").toFile());
  }

  /** The process of a member that runs. */
  ProcessHandle process(String member) throws IOException {
    for (JsonNode each : state().path("members")) {
      if (each.path("name").asText().equals(member)) {
        return handle(each.path("process")).orElseThrow();
      }
    }
    throw new AssertionError("no member is called " + member);
  }

  /** The processes that there are: the supervisor, and its members. */
  List<ProcessHandle> processes() throws IOException {
    List<ProcessHandle> processes = new ArrayList<>();
    JsonNode state = state();
    handle(state.path("supervisor")).ifPresent(processes::add);
    for (JsonNode member : state.path("members")) {
      handle(member.path("process")).ifPresent(processes::add);
    }
    return processes;
  }

  private static Optional<ProcessHandle> handle(JsonNode process) {
    return ProcessHandle.of(process.path("pid").asLong());
  }

  String bootstrapServers() throws IOException {
    return state().path("bootstrapServers").asText();
  }

  Path jobJar() throws IOException {
    try (Stream<Path> jars = Files.list(launcher.home().resolve("jobs"))) {
      return jars.findFirst().orElseThrow();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run("cluster", "down");
  }
}

package dev.millrace.cli.chaos;

import dev.millrace.bench.Progress;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.cluster.Cluster;
import dev.millrace.cli.cluster.ClusterDirectory;
import dev.millrace.cli.cluster.ClusterState;
import dev.millrace.cli.cluster.Jobs;
import dev.millrace.cli.cluster.Submissions;
import dev.millrace.cli.cluster.Supervisor;
import dev.millrace.cli.cluster.Upgrade;
import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.JobSummary;
import dev.millrace.cli.local.Samples;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Does what faults say, and returns what it was done to. Confined to one thread. */
final class Injector {
  /** Past the heartbeat time-out of eight seconds. */
  private static final Duration FROZEN = Duration.ofSeconds(14);

  private static final Duration WITHOUT_CHECKPOINTS = Duration.ofSeconds(6);
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final String LEADERSHIP = "was granted leadership";

  private final Supervisor supervisor;
  private final ClusterDirectory directory;
  private final FlinkRest rest;
  private final Jobs jobs;
  private final Samples samples;
  private final String requestTopic;
  private final Path jar;
  private final int burst;
  private final Progress progress;
  private int upgrades;

  /**
   * @param jar that upgrades are made from
   * @param burst how many requests fill the queue
   */
  Injector(
      Supervisor supervisor,
      ClusterDirectory directory,
      Samples samples,
      String requestTopic,
      Path jar,
      int burst,
      Progress progress) {
    this.supervisor = supervisor;
    this.directory = directory;
    this.rest = Cluster.rest(supervisor.state());
    this.jobs = new Jobs(rest, new Submissions(directory), progress);
    this.samples = samples;
    this.requestTopic = requestTopic;
    this.jar = jar;
    this.burst = burst;
    this.progress = progress;
  }

  /** Does it; returns when it is done, not when it is overcome. */
  String inject(Fault fault) throws CommandException, IOException, InterruptedException {
    return switch (fault) {
      case KILL_TASKMANAGER -> kill(busyTaskManager());
      case KILL_JOBMANAGER -> kill(leader());
      case FREEZE_TASKMANAGER -> freeze(busyTaskManager());
      case RESTART_BROKER -> restart("broker");
      case RESCALE_UP -> rescale(2);
      case RESCALE_DOWN -> rescale(1);
      case UPGRADE -> upgrade();
      case FAIL_CHECKPOINTS -> failCheckpoints();
      case FILL_QUEUE -> fill();
      case POISON -> poison();
    };
  }

  private JobSummary job() throws CommandException, IOException, InterruptedException {
    // Right after a fault there may be no JobManager to ask.
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        JobSummary job = jobs.find(null);
        if (job.isRunning() || System.nanoTime() > deadline) {
          return job;
        }
      } catch (IOException | CommandException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Waits until the job runs and all members are ready. */
  void awaitRecovery() throws CommandException, IOException, InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    job();
    while (supervisor.state().members().stream()
        .anyMatch(member -> member.phase() != ClusterState.Phase.RUNNING)) {
      if (System.nanoTime() > deadline) {
        throw new CommandException(
            "not all members are back after %d s: %s"
                .formatted(TIMEOUT.toSeconds(), supervisor.state().members()));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    job();
  }

  private String busyTaskManager() throws CommandException, IOException, InterruptedException {
    return rest.placement(job().id()).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElseThrow(() -> new CommandException("no TaskManager has a task"));
  }

  /** The JobManager that last said so. */
  private String leader() throws CommandException, IOException {
    String leader = "";
    String latest = "";
    for (ClusterState.MemberState member : supervisor.state().members()) {
      if (member.name().startsWith("jobmanager")) {
        try (Stream<String> lines = Files.lines(Path.of(member.log()))) {
          String granted =
              lines
                  .filter(line -> line.contains(LEADERSHIP))
                  .max(Comparator.naturalOrder())
                  .orElse("");
          if (granted.compareTo(latest) > 0) {
            latest = granted;
            leader = member.name();
          }
        }
      }
    }
    if (leader.isEmpty()) {
      throw new CommandException("no JobManager says that it leads");
    }
    return leader;
  }

  private ProcessHandle process(String member) throws CommandException {
    return supervisor.state().members().stream()
        .filter(each -> each.name().equals(member))
        .map(ClusterState.MemberState::process)
        .flatMap(Stream::ofNullable)
        .flatMap(process -> process.living().stream())
        .findFirst()
        .orElseThrow(() -> new CommandException(member + " does not run"));
  }

  private String kill(String member) throws CommandException {
    process(member).destroyForcibly();
    return member;
  }

  private String restart(String member) throws CommandException {
    process(member).destroy();
    return member;
  }

  private String freeze(String member) throws CommandException, IOException, InterruptedException {
    long pid = process(member).pid();
    signal("STOP", pid);
    try {
      TimeUnit.MILLISECONDS.sleep(FROZEN.toMillis());
    } finally {
      signal("CONT", pid);
    }
    return member;
  }

  private static void signal(String name, long pid)
      throws CommandException, IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
    if (status != 0) {
      throw new CommandException("signal %s cannot be sent to process %d".formatted(name, pid));
    }
  }

  private String rescale(int parallelism)
      throws CommandException, IOException, InterruptedException {
    JobSummary job = job();
    jobs.rescale(job.id(), parallelism, TIMEOUT);
    return "parallelism " + parallelism;
  }

  private String upgrade() throws CommandException, IOException, InterruptedException {
    ClusterState state = supervisor.state();
    Upgrade upgrade =
        new Upgrade(
            rest,
            new Submissions(directory),
            Map.of("bootstrap.servers", state.bootstrapServers()),
            progress);
    Upgrade.Outcome outcome = upgrade.run(job(), nextJar(), state.savepoints(), TIMEOUT);
    if (!outcome.isUpgraded()) {
      throw new CommandException("the upgrade failed: " + outcome.problem());
    }
    return "release " + upgrades;
  }

  /** The same program in a jar that is not the same. */
  private Path nextJar() throws IOException {
    upgrades++;
    Path next = directory.root().resolve("release-%d.jar".formatted(upgrades));
    Files.copy(jar, next, StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + next.toUri()), Map.of())) {
      Files.writeString(zip.getPath("META-INF/release"), Integer.toString(upgrades));
    }
    return next;
  }

  /**
   * Puts a file where the directory of the job's checkpoints was: permissions would not keep root
   * from writing.
   */
  private String failCheckpoints() throws CommandException, IOException, InterruptedException {
    Path checkpoints = directory.root().resolve("checkpoints").resolve(job().id());
    Path away = checkpoints.resolveSibling(checkpoints.getFileName() + ".away");
    Files.move(checkpoints, away);
    try {
      Files.writeString(checkpoints, "nothing can be written below a file");
      TimeUnit.MILLISECONDS.sleep(WITHOUT_CHECKPOINTS.toMillis());
    } finally {
      Files.deleteIfExists(checkpoints);
      Files.move(away, checkpoints);
    }
    return "checkpoints";
  }

  private String fill() throws InterruptedException, CommandException {
    write(
        Stream.iterate(0, index -> index + 1)
            .limit(burst)
            .map(index -> new ProducerRecord<byte[], byte[]>(requestTopic, samples.get(index)))
            .toList());
    return "%,d requests".formatted(burst);
  }

  private String poison() throws CommandException {
    List<ProducerRecord<byte[], byte[]>> records = BadInput.records(requestTopic);
    write(records);
    return "%d records".formatted(records.size());
  }

  private void write(List<ProducerRecord<byte[], byte[]>> records) throws CommandException {
    int[] refused = new int[1];
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                supervisor.state().bootstrapServers(),
                "acks",
                "all",
                "linger.ms",
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        // The callback hears how it ended; callbacks come on one thread.
        Future<RecordMetadata> unused =
            producer.send(record, (metadata, failure) -> refused[0] += failure == null ? 0 : 1);
      }
      producer.flush();
    }
    if (refused[0] > 0) {
      throw new CommandException("the broker refused %d records".formatted(refused[0]));
    }
  }
}

package dev.millrace.cli.cluster;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.ProcessIdentity;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Starts the members of a cluster and keeps them running until it is told to end. The parent of all
 * of them: they end with it, however it ends.
 */
public final class Supervisor implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

  private final ClusterDirectory directory;
  private final ClusterSettings settings;
  private final ClusterPorts ports;
  private final Configuration configuration;
  private final FlinkMembers flink;
  private final GatewayMembers gateways;
  private final EventLog events;
  private final FileChannel lock;
  private final List<Keeper> keepers = new CopyOnWriteArrayList<>();
  private volatile boolean ready;
  private volatile @Nullable String failure;

  private Supervisor(
      ClusterDirectory directory,
      ClusterSettings settings,
      ClusterPorts ports,
      Installation installation,
      EventLog events,
      FileChannel lock) {
    this.directory = directory;
    this.settings = settings;
    this.ports = ports;
    this.flink = new FlinkMembers(installation, directory, settings, ports);
    this.configuration = flink.configuration();
    this.gateways = new GatewayMembers(installation, directory, ports, configuration, settings);
    this.events = events;
    this.lock = lock;
  }

  /**
   * Starts a cluster, and returns when all of it is ready.
   *
   * @param listener hears what happens, as lines for people
   * @throws CommandException when it cannot be started; nothing is left running then
   */
  public static Supervisor start(
      Installation installation,
      ClusterDirectory directory,
      ClusterSettings settings,
      Consumer<String> listener)
      throws CommandException, IOException, InterruptedException {
    Files.createDirectories(directory.root());
    FileChannel lock =
        FileChannel.open(directory.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held = lock.tryLock();
    if (held == null) {
      lock.close();
      throw new CommandException(
          "a cluster runs in %s: take it down first, or choose another --dir"
              .formatted(directory.root()));
    }
    ClusterPorts ports = ClusterPorts.choose(settings);
    Supervisor supervisor =
        new Supervisor(
            directory,
            settings,
            ports,
            installation,
            EventLog.open(directory.events(), listener),
            lock);
    boolean started = false;
    try {
      supervisor.begin(installation);
      started = true;
      return supervisor;
    } catch (CommandException e) {
      supervisor.failure = e.getMessage();
      throw e;
    } finally {
      if (!started) {
        supervisor.close();
      }
    }
  }

  private void begin(Installation installation)
      throws CommandException, IOException, InterruptedException {
    writeState();
    if (settings.highAvailability()) {
      Keeper zookeeper = keep(flink.zookeeper());
      zookeeper.begin();
      require(zookeeper);
    }
    List<Keeper> others = new ArrayList<>();
    others.add(
        keep(
            new BrokerMember(
                new BrokerConfiguration(
                    directory.broker(),
                    ports.broker(),
                    installation.kafka(),
                    BrokerConfiguration.MAXIMUM_MESSAGE_BYTES,
                    "512m",
                    Duration.ofSeconds(90)))));
    for (int number = 1; number <= settings.jobManagers(); number++) {
      others.add(keep(flink.jobManager(number)));
    }
    for (int number = 1; number <= settings.taskManagers(); number++) {
      others.add(keep(flink.taskManager(number)));
    }
    if (settings.gateways().count() > 0) {
      others.add(keep(gateways.database()));
    }
    begin(others);
    createTopics();
    List<Keeper> last = new ArrayList<>();
    for (int number = 1; number <= settings.gateways().count(); number++) {
      last.add(keep(gateways.gateway(number)));
    }
    begin(last);
    ready = true;
    writeState();
  }

  private void begin(List<Keeper> members) throws CommandException, InterruptedException {
    members.forEach(Keeper::begin);
    for (Keeper keeper : members) {
      require(keeper);
    }
  }

  private Keeper keep(Member member) {
    Keeper keeper = new Keeper(member, events, this::stateChanged);
    keepers.add(keeper);
    return keeper;
  }

  private void require(Keeper keeper) throws CommandException, InterruptedException {
    if (!keeper.awaitReady(START_TIMEOUT)) {
      String problem = keeper.problem();
      throw new CommandException(
          problem == null ? keeper.state().name() + " is not ready" : problem);
    }
  }

  private void createTopics() throws CommandException, InterruptedException {
    try {
      Topics.create(
          bootstrapServers(),
          Map.of(),
          Stream.concat(
                  Stream.of(
                          configuration.get(MillraceOptions.REQUESTS_TOPIC),
                          configuration.get(MillraceOptions.RESULTS_TOPIC),
                          configuration.get(MillraceOptions.DEAD_LETTERS_TOPIC),
                          AuditTopics.REPLIES)
                      .map(name -> new TopicSpecification(name, settings.partitions(), Map.of())),
                  Stream.of(
                      TopicSpecification.compacted(
                          configuration.get(MillraceOptions.TASKS_TOPIC), settings.partitions())))
              .toList());
    } catch (ExecutionException e) {
      throw new CommandException("the topics cannot be made: " + e.getCause(), e);
    }
  }

  private String bootstrapServers() {
    return FlinkMembers.LOOPBACK + ":" + ports.broker();
  }

  private void stateChanged() {
    try {
      writeState();
    } catch (IOException e) {
      events.log("supervisor", EventLog.Step.DETECTED, "cannot write its state: " + e);
    }
  }

  private synchronized void writeState() throws IOException {
    state().write(directory);
  }

  /** What its cluster is now. Safe for any thread. */
  public ClusterState state() {
    return new ClusterState(
        ProcessIdentity.of(ProcessHandle.current()),
        ready,
        failure,
        flink.restAddresses().stream().map(URI::toString).toList(),
        gateways.addresses().stream().map(URI::toString).toList(),
        bootstrapServers(),
        configuration
            .getOptional(CheckpointingOptions.SAVEPOINT_DIRECTORY)
            .orElseGet(directory::savepoints),
        keepers.stream().map(Keeper::state).toList());
  }

  /** Ends all members, those first that depend on others. */
  @Override
  public void close() throws IOException, InterruptedException {
    ready = false;
    for (int last = keepers.size() - 1; last >= 0; last--) {
      keepers.get(last).end();
    }
    writeState();
    events.close();
    lock.close();
  }
}

package dev.millrace.cli.cluster;

import dev.millrace.cli.CommandException;
import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.FlinkRestException;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** The JobManagers, TaskManagers and ZooKeeper of a cluster, and what each of them is told. */
final class FlinkMembers {
  static final String LOOPBACK = "127.0.0.1";

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  private final Installation installation;
  private final ClusterDirectory directory;
  private final ClusterSettings settings;
  private final ClusterPorts ports;
  private final FlinkProcesses processes;
  private final Map<String, String> environment;
  private final FlinkRest rest;

  FlinkMembers(
      Installation installation,
      ClusterDirectory directory,
      ClusterSettings settings,
      ClusterPorts ports) {
    this.installation = installation;
    this.directory = directory;
    this.settings = settings;
    this.ports = ports;
    this.processes = new FlinkProcesses(installation, settings.logFormat());
    this.environment =
        Map.of(
            // Arenas of glibc grow with threads and are never given back: native memory would
            // creep.
            "MALLOC_ARENA_MAX", "2",
            // Flink looks for plugins, and their scripts, beside its working directory otherwise.
            "FLINK_PLUGINS_DIR", installation.plugins().toString(),
            "FLINK_HOME", installation.root().toString());
    this.rest = new FlinkRest(restAddresses());
  }

  /** The options that all of Flink's processes have. */
  Configuration configuration() {
    return processes.configuration(common());
  }

  List<URI> restAddresses() {
    return ports.rest().stream().map(FlinkMembers::address).toList();
  }

  /**
   * @param number from 1
   */
  Member jobManager(int number) throws IOException {
    String name = settings.highAvailability() ? "jobmanager-" + number : "jobmanager";
    Map<String, String> options = of(name);
    int port = ports.rest().get(number - 1);
    options.put("rest.port", Integer.toString(port));
    options.put("rest.bind-port", Integer.toString(port));
    options.put("jobmanager.resource-id", name);
    if (settings.highAvailability()) {
      options.remove("jobmanager.rpc.port");
    }
    FlinkRest own = new FlinkRest(List.of(address(port)));
    return member(name, processes.jobManager(options, directory.log(name)), () -> answers(own));
  }

  /**
   * @param number from 1
   */
  Member taskManager(int number) throws CommandException, IOException {
    String name = "taskmanager-" + number;
    Map<String, String> options = of(name);
    options.put("taskmanager.host", LOOPBACK);
    options.put("taskmanager.resource-id", name);
    return member(
        name,
        processes.taskManager(name, options, warmUp(), directory.log(name)),
        new Registration(rest, name));
  }

  private Map<String, String> warmUp() {
    if (!settings.warmUp()) {
      return Map.of();
    }
    return Map.of(
        MillraceOptions.KAFKA_BOOTSTRAP_SERVERS.key(),
        LOOPBACK + ":" + ports.broker(),
        MillraceOptions.MODELS_REPOSITORY.key(),
        installation.models().toString());
  }

  Member zookeeper() throws IOException {
    Path home = Files.createDirectories(directory.zookeeper());
    Path file = home.resolve("zoo.cfg");
    Files.writeString(
        file,
        """
        tickTime=2000
        dataDir=%s
        clientPort=%d
        clientPortAddress=%s
        admin.enableServer=false
        """
            .formatted(home.resolve("data"), ports.zookeeper(), LOOPBACK));
    String name = "zookeeper";
    return member(
        name, processes.zookeeper(file, directory.log(name)), () -> listens(ports.zookeeper()));
  }

  private Member member(String name, List<String> command, JvmMember.Readiness readiness) {
    return new JvmMember(name, command, environment, directory.log(name), readiness);
  }

  private Map<String, String> common() {
    Map<String, String> options = new TreeMap<>();
    options.put("jobmanager.rpc.address", LOOPBACK);
    options.put("jobmanager.rpc.port", Integer.toString(ports.rpc()));
    options.put("taskmanager.numberOfTaskSlots", Integer.toString(settings.slots()));
    options.put("execution.checkpointing.dir", directory.checkpoints());
    options.put("execution.checkpointing.savepoint-dir", directory.savepoints());
    if (settings.highAvailability()) {
      options.put("high-availability.type", "zookeeper");
      options.put("high-availability.zookeeper.quorum", LOOPBACK + ":" + ports.zookeeper());
      options.put("high-availability.storageDir", "file:" + directory.highAvailability());
      options.put("high-availability.cluster-id", "/millrace");
    }
    if (settings.gpus() > 0) {
      options.put("external-resources", "gpu");
      options.put("external-resource.gpu.amount", Integer.toString(settings.gpus()));
      options.put(
          "external-resource.gpu.param.discovery-script.args",
          "--enable-coordination-mode --coordination-file " + directory.gpus());
    }
    options.putAll(settings.options());
    return options;
  }

  private Map<String, String> of(String member) throws IOException {
    Map<String, String> options = common();
    Path work = directory.work(member);
    Path temporary = Files.createDirectories(work.resolve("tmp"));
    options.put("io.tmp.dirs", temporary.toString());
    options.put("web.tmpdir", temporary.toString());
    options.put("process.working-dir", work.toString());
    return options;
  }

  private static boolean answers(FlinkRest rest) throws InterruptedException {
    try {
      rest.overview();
      return true;
    } catch (FlinkRestException e) {
      return false;
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static URI address(int port) {
    return URI.create("http://%s:%d".formatted(LOOPBACK, port));
  }
}

package dev.millrace.broker;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * A running Kafka broker, in a process of its own that ends with this one.
 *
 * <p>Two starts on one data directory follow one another: the second waits until the first one's
 * process has ended.
 */
public final class LocalBroker implements AutoCloseable {
  /**
   * Kafka wants a UUID in base 64; every local broker is a cluster of its own, so all may share
   * one.
   */
  private static final String CLUSTER_ID = "bWlsbHJhY2UtbG9jYWwtMQ";

  private static final Duration PREDECESSOR_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final int LOG_LINES = 15;

  private final Process process;
  private final int port;
  private final Path logFile;

  private LocalBroker(Process process, int port, Path logFile) {
    this.process = process;
    this.port = port;
    this.logFile = logFile;
  }

  /**
   * Starts a broker and waits until it answers.
   *
   * @throws BrokerUnavailableException when the port is taken, the directory is in use, or the
   *     broker does not come up
   */
  public static LocalBroker start(BrokerConfiguration configuration)
      throws BrokerUnavailableException {
    Path directory = configuration.dataDirectory();
    try {
      Files.createDirectories(directory);
      PidFile pidFile = new PidFile(directory.resolve("broker.pid"));
      awaitPredecessor(pidFile, directory);
      int port = usablePort(configuration.port());
      Path properties = directory.resolve("server.properties");
      Path topics = directory.resolve("topics");
      ServerProperties.write(
          properties, topics, port, usablePort(0), configuration.maximumMessageBytes());
      LocalBroker broker = launch(configuration, properties, topics, port);
      boolean answers = false;
      try {
        pidFile.write(broker.process.toHandle());
        broker.awaitAnswer(configuration.startupTimeout());
        answers = true;
        return broker;
      } finally {
        if (!answers) {
          broker.process.destroyForcibly();
        }
      }
    } catch (IOException e) {
      throw new BrokerUnavailableException("no broker in %s: %s".formatted(directory, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BrokerUnavailableException("interrupted while the broker was starting", e);
    }
  }

  private static void awaitPredecessor(PidFile pidFile, Path directory)
      throws IOException, InterruptedException, BrokerUnavailableException {
    Optional<ProcessHandle> predecessor = pidFile.living();
    if (predecessor.isPresent()
        && !ProcessIdentity.awaitExit(predecessor.get(), PREDECESSOR_TIMEOUT)) {
      throw new BrokerUnavailableException(
          "process %d still runs a broker in %s: stop it, or take another data directory"
              .formatted(predecessor.get().pid(), directory));
    }
  }

  private static LocalBroker launch(
      BrokerConfiguration configuration, Path properties, Path topics, int port)
      throws IOException {
    Path directory = configuration.dataDirectory();
    Path logging = directory.resolve("log4j2.xml");
    try (InputStream resource =
        Objects.requireNonNull(LocalBroker.class.getResourceAsStream("log4j2.xml"))) {
      Files.copy(resource, logging, StandardCopyOption.REPLACE_EXISTING);
    }
    Path logFile = directory.resolve("broker.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + configuration.heap(),
                "-XX:+UseSerialGC",
                "-Dlog4j2.configurationFile=" + logging,
                "-cp",
                configuration.kafkaHome().resolve("*") + File.pathSeparator + ownClasses(),
                EndsWithParent.class.getName(),
                BrokerProcess.class.getName(),
                properties.toString(),
                topics.toString(),
                CLUSTER_ID)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
            .start();
    return new LocalBroker(process, port, logFile);
  }

  private static Path ownClasses() {
    try {
      return Path.of(LocalBroker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the classes of the broker module have no path", e);
    }
  }

  private static int usablePort(int wanted) throws BrokerUnavailableException {
    try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new BrokerUnavailableException(
          "port %d of %s is taken".formatted(wanted, ServerProperties.HOST), e);
    }
  }

  private void awaitAnswer(Duration timeout)
      throws InterruptedException, BrokerUnavailableException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Map<String, Object> client =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            200);
    // A client that begins before anything listens logs a warning for every try.
    while (process.isAlive() && !listens() && System.nanoTime() < deadline) {
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    try (Admin admin = Admin.create(client)) {
      while (process.isAlive() && System.nanoTime() < deadline) {
        try {
          admin.describeCluster().nodes().get(1, TimeUnit.SECONDS);
          return;
        } catch (ExecutionException | TimeoutException e) {
          process.waitFor(50, TimeUnit.MILLISECONDS);
        }
      }
    }
    boolean died = !process.isAlive();
    close();
    throw new BrokerUnavailableException(
        "the broker %s; the end of its log, %s:%n%s"
            .formatted(
                died ? "ended at once" : "did not answer within " + timeout.toSeconds() + " s",
                logFile,
                endOfLog()));
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(logFile);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    } catch (IOException e) {
      return "(the log cannot be read: " + e + ")";
    }
  }

  /** What a client needs to connect. */
  public String bootstrapServers() {
    return ServerProperties.HOST + ":" + port;
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** The id of its process. */
  public long pid() {
    return process.pid();
  }

  /** Where it logs. */
  public Path logFile() {
    return logFile;
  }

  /** Whether its process lives. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The status with which its process has ended, if it has. */
  public OptionalInt exitStatus() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Has it shut down, and kills it when that takes too long. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

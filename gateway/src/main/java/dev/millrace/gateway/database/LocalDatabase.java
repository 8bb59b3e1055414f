package dev.millrace.gateway.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL on the loopback address, in a process of its own that ends with this one.
 *
 * <p>When the server's process dies it is started again, on the same port and the same data. Two
 * starts on one directory follow one another: the second waits until the first one's server has
 * ended, and touches no server that it has not started.
 */
public final class LocalDatabase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDatabase.class);
  private static final String HOST = "127.0.0.1";
  private static final Duration PREDECESSOR_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  private final LocalDatabaseConfiguration configuration;
  private final ServerBinaries binaries;
  private final DatabaseSettings settings;
  private final FileChannel lock;
  private final int port;
  private final Thread watch;

  // Replaced by the watching thread, with this object's lock held.
  private ServerProcess process;
  private volatile boolean closed;

  private LocalDatabase(
      LocalDatabaseConfiguration configuration,
      ServerBinaries binaries,
      DatabaseSettings settings,
      FileChannel lock,
      int port)
      throws IOException {
    this.configuration = configuration;
    this.binaries = binaries;
    this.settings = settings;
    this.lock = lock;
    this.port = port;
    process = ServerProcess.start(configuration, binaries, port);
    watch = new Thread(this::watch, "database-watch");
    watch.setDaemon(true);
  }

  /**
   * Starts a database and waits until it answers.
   *
   * @throws DatabaseUnavailableException when the port is taken, the directory is in use, or the
   *     server does not come up
   */
  public static LocalDatabase start(LocalDatabaseConfiguration configuration)
      throws DatabaseUnavailableException {
    Path directory = configuration.directory();
    try {
      Files.createDirectories(directory);
      FileChannel lock = lock(directory);
      boolean answers = false;
      try {
        LocalDatabase database = launch(configuration, lock);
        answers = true;
        return database;
      } finally {
        if (!answers) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new DatabaseUnavailableException(
          "no database in %s: %s".formatted(directory, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseUnavailableException("interrupted while the database was starting", e);
    }
  }

  private static LocalDatabase launch(LocalDatabaseConfiguration configuration, FileChannel lock)
      throws IOException, InterruptedException, DatabaseUnavailableException {
    ServerBinaries binaries = ServerBinaries.unpackedIn(configuration.binaries());
    DatabaseFiles files = new DatabaseFiles(configuration);
    String password = files.password();
    files.initialize(binaries);
    awaitPredecessor(configuration);
    int port = usablePort(configuration.port());
    DatabaseSettings settings =
        DatabaseSettings.of(
            "jdbc:postgresql://%s:%d/postgres".formatted(HOST, port), DatabaseFiles.USER, password);
    LocalDatabase database = new LocalDatabase(configuration, binaries, settings, lock, port);
    boolean answers = false;
    try {
      database.awaitAnswer();
      if (configuration.restarts()) {
        database.watch.start();
      }
      answers = true;
      return database;
    } finally {
      if (!answers) {
        database.close();
      }
    }
  }

  /** Held until this process ends; released by the operating system if need be. */
  private static FileChannel lock(Path directory)
      throws IOException, InterruptedException, DatabaseUnavailableException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long deadline = System.nanoTime() + PREDECESSOR_TIMEOUT.toNanos();
    while (!tryLock(channel)) {
      if (System.nanoTime() > deadline) {
        channel.close();
        throw new DatabaseUnavailableException(
            "another process runs a database in %s: stop it, or take another directory"
                .formatted(directory));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    return channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Somebody in this very process has it.
      return false;
    }
  }

  private static void awaitPredecessor(LocalDatabaseConfiguration configuration)
      throws IOException, InterruptedException {
    PostmasterFile file = new PostmasterFile(configuration.data());
    long deadline = System.nanoTime() + PREDECESSOR_TIMEOUT.toNanos();
    for (Optional<ProcessHandle> predecessor = file.living();
        predecessor.isPresent();
        predecessor = file.living()) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "process %d still works on the data: stop it, or take another directory"
                .formatted(predecessor.get().pid()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    file.removeLeftover();
  }

  private static int usablePort(int wanted) throws IOException {
    try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IOException("port %d of %s is taken".formatted(wanted, HOST), e);
    }
  }

  /**
   * What is left of a server that was killed holds its memory for a moment, and the next one ends
   * at once, so it is tried until the time is up.
   */
  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + configuration.startupTimeout().toNanos();
    for (int failures = 1; !answers(); failures++) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the server does not answer; see the end of " + configuration.log());
      }
      if (current().endsWithin(POLL)) {
        TimeUnit.MILLISECONDS.sleep(BackOff.DEFAULT.millis(failures));
        restart();
      }
    }
  }

  /** Whether it takes connections. */
  public boolean answers() {
    try (var connection =
        DriverManager.getConnection(settings.url(), settings.user(), settings.password())) {
      return connection.isValid(1);
    } catch (SQLException e) {
      LOG.trace("The database does not answer yet", e);
      return false;
    }
  }

  private void watch() {
    int failures = 0;
    while (!closed) {
      try {
        ServerProcess watched = current();
        int status = watched.awaitEnd();
        if (!closed) {
          failures++;
          LOG.warn("The database has ended with status {} and is started again", status);
          TimeUnit.MILLISECONDS.sleep(BackOff.DEFAULT.millis(failures));
          restart();
          awaitAnswer();
          LOG.info("The database answers again, as process {}", pid());
          failures = 0;
        }
      } catch (IOException e) {
        LOG.warn("The database could not be started again, trying once more", e);
      } catch (InterruptedException e) {
        // Only close interrupts this thread.
        return;
      }
    }
  }

  private synchronized ServerProcess current() {
    return process;
  }

  private void restart() throws IOException, InterruptedException {
    awaitPredecessor(configuration);
    synchronized (this) {
      if (!closed) {
        process = ServerProcess.start(configuration, binaries, port);
      }
    }
  }

  /** Whether the server's process lives. */
  public boolean isAlive() {
    return current().isAlive();
  }

  /** What a client needs to connect. */
  public DatabaseSettings settings() {
    return settings;
  }

  /** The port it listens on, for as long as this lives. */
  public int port() {
    return port;
  }

  /** The id of the server's process; empty while it is being started again. */
  public Optional<Long> pid() throws IOException {
    return process().map(ProcessHandle::pid);
  }

  /** The server's process; empty while there is none. */
  public Optional<ProcessHandle> process() throws IOException {
    return new PostmasterFile(configuration.data()).living();
  }

  /** Has the server shut down, and kills it when that takes too long. */
  @Override
  public void close() {
    closed = true;
    watch.interrupt();
    try {
      current().stop();
      lock.close();
    } catch (IOException e) {
      LOG.warn("The database in {} was not stopped in order", configuration.directory(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.millrace.gateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDatabaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void isBackByItselfWithAllCommittedRowsAfterAKill() throws Exception {
    try (LocalDatabase database = LocalDatabase.start(configuration())) {
      execute(database, "create table number (value integer)");
      for (int kill = 0; kill < 3; kill++) {
        long pid = database.pid().orElseThrow();
        // Committed one by one, and killed right after: none may be only in the server's memory.
        for (int value = 0; value < 100; value++) {
          execute(database, "insert into number values (%d)".formatted(kill * 100 + value));
        }
        kill(pid);

        await().atMost(PATIENCE).ignoreExceptions().until(() -> numbers(database).size() > 0);
        assertThat(numbers(database)).isEqualTo(upTo((kill + 1) * 100));
        assertThat(database.pid().orElseThrow()).isNotEqualTo(pid);
      }
    }
  }

  @Test
  void keepsItsDataForTheNextStart() throws Exception {
    try (LocalDatabase database = LocalDatabase.start(configuration())) {
      execute(database, "create table number (value integer)");
      execute(database, "insert into number values (0)");
    }
    try (LocalDatabase database = LocalDatabase.start(configuration())) {
      assertThat(numbers(database)).containsExactly(0);
    }
  }

  @Test
  void leavesNoProcessWhenItIsClosed() throws Exception {
    LocalDatabase database = LocalDatabase.start(configuration());
    long pid = database.pid().orElseThrow();
    database.close();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(Files.readString(directory.resolve("postgresql.log")))
        .endsWith("database system is shut down\n");
  }

  /** The file of a server that was killed names a process that has become another one since. */
  @Test
  void startsOverTheLeftoverOfAKilledServerWhoseIdIsUsedAgain() throws Exception {
    LocalDatabase.start(configuration()).close();
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      Files.write(
          directory.resolve("data/postmaster.pid"),
          List.of(Long.toString(other.pid()), directory.resolve("data").toString(), "1000000000"));
      try (LocalDatabase database = LocalDatabase.start(configuration())) {
        assertThat(database.pid().orElseThrow()).isNotEqualTo(other.pid());
      }
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void endsWithItsParentEvenIfThatIsKilledAndTheNextFindsTheRows() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.toString(),
                binaries().toString())
            .redirectOutput(new File(directory.toFile(), "parent.log"))
            .redirectErrorStream(true)
            .start();
    Path ready = directory.resolve("ready");
    await().atMost(PATIENCE).until(() -> Files.exists(ready) || !parent.isAlive());
    long pid = Long.parseLong(Files.readString(ready));
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isPresent();
    parent.destroyForcibly().waitFor();

    try (LocalDatabase database = LocalDatabase.start(configuration())) {
      assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(numbers(database)).containsExactly(0);
    }
  }

  /** The main class of a process that is killed. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      LocalDatabase database =
          LocalDatabase.start(
              LocalDatabaseConfiguration.defaults(directory).withBinaries(Path.of(arguments[1])));
      execute(database, "create table number (value integer)");
      execute(database, "insert into number values (0)");
      Path written = directory.resolve("ready.new");
      Files.writeString(written, Long.toString(database.pid().orElseThrow()));
      Files.move(written, directory.resolve("ready"));
      TimeUnit.HOURS.sleep(1);
      database.close();
    }
  }

  @Test
  void waitsForAnotherOnTheSameDirectoryToBeClosed() throws Exception {
    CompletableFuture<LocalDatabase> second = new CompletableFuture<>();
    try (LocalDatabase first = LocalDatabase.start(configuration())) {
      Thread starting =
          new Thread(
              () -> {
                try {
                  second.complete(LocalDatabase.start(configuration()));
                } catch (DatabaseUnavailableException e) {
                  second.completeExceptionally(e);
                }
              });
      starting.start();
      await().until(() -> starting.getState() == Thread.State.TIMED_WAITING);

      execute(first, "create table number (value integer)");
      assertThat(second).isNotDone();
    }
    try (LocalDatabase database = second.get(60, TimeUnit.SECONDS)) {
      assertThat(numbers(database)).isEmpty();
    }
  }

  @Test
  void saysWhenThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      LocalDatabaseConfiguration configuration = configuration().withPort(taken.getLocalPort());

      assertThatThrownBy(() -> LocalDatabase.start(configuration))
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("port %d of 127.0.0.1 is taken".formatted(taken.getLocalPort()));
    }
  }

  @Test
  void listensOnTheLoopbackAddressOnlyAndAsksForThePassword() throws Exception {
    try (LocalDatabase database = LocalDatabase.start(configuration())) {
      DatabaseSettings settings = database.settings();

      assertThatThrownBy(() -> DriverManager.getConnection(settings.url(), settings.user(), "x"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      InetSocketAddress other = new InetSocketAddress("127.0.0.2", database.port());
      try (Socket socket = new Socket()) {
        assertThatThrownBy(() -> socket.connect(other, 1_000))
            .isInstanceOf(java.io.IOException.class);
      }
    }
  }

  private LocalDatabaseConfiguration configuration() {
    return LocalDatabaseConfiguration.defaults(directory).withBinaries(binaries());
  }

  /** Unpacked once for all tests of the module. */
  static Path binaries() {
    return Path.of("target", "postgresql").toAbsolutePath();
  }

  private static void kill(long pid) {
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
  }

  private static List<Integer> upTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  private static void execute(LocalDatabase database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<Integer> numbers(LocalDatabase database) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select value from number order by value")) {
      List<Integer> numbers = new ArrayList<>();
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
      return numbers;
    }
  }

  private static Connection connect(LocalDatabase database) throws SQLException {
    DatabaseSettings settings = database.settings();
    return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
  }
}

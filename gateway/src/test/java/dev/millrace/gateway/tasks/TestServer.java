package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.database.DatabaseUnavailableException;
import dev.millrace.gateway.database.LocalDatabase;
import dev.millrace.gateway.database.LocalDatabaseConfiguration;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A PostgreSQL for tests, each with a schema of its own. */
final class TestServer implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private final Path directory;
  private final LocalDatabase server;

  private TestServer(Path directory, LocalDatabase server) {
    this.directory = directory;
    this.server = server;
  }

  static TestServer start() {
    Path directory = TestDirectory.create();
    try {
      return new TestServer(
          directory,
          LocalDatabase.start(
              LocalDatabaseConfiguration.defaults(directory.resolve("data"))
                  .withBinaries(Path.of("target", "postgresql"))));
    } catch (DatabaseUnavailableException e) {
      throw new IllegalStateException("no PostgreSQL", e);
    }
  }

  /** The name of a schema that no other test has. */
  static String schema() {
    return "test_" + SCHEMAS.incrementAndGet();
  }

  /** With its tables. */
  Database open(String schema) {
    Database database = Database.open(server.settings().withSchema(schema));
    database.ready().toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    return database;
  }

  /** Another pool on the same tables. */
  Database openAgain(Database database) throws SQLException {
    return open(rows(database, "select current_schema()").get(0));
  }

  /** As {@code kill -9} does; it comes back by itself. */
  void kill() throws IOException {
    ProcessHandle.of(server.pid().orElseThrow()).orElseThrow().destroyForcibly();
  }

  /** Writes states as those of the records 0, 1, … of partition 0. */
  static void project(Database database, List<TaskRecord> tasks) throws SQLException {
    project(database, 0, tasks);
  }

  /** Writes states as those of the records from an offset of partition 0. */
  static void project(Database database, long offset, List<TaskRecord> tasks) throws SQLException {
    List<TaskChange> changes = new ArrayList<>();
    for (TaskRecord task : tasks) {
      long at = offset + changes.size();
      changes.add(new TaskChange.Told(new RecordCoordinates("tasks", 0, at), at, task));
    }
    writer(database).write(new ProjectionBatch(Map.of(), changes));
  }

  static ProjectionWriter writer(Database database) {
    return new ProjectionWriter(database, new ProjectionOffsets(database, "group"));
  }

  static void execute(Database database, String sql) throws SQLException {
    try (Connection connection = database.connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows of a query, each as its columns joined by blanks. */
  static List<String> rows(Database database, String sql) throws SQLException {
    try (Connection connection = database.connection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          cells.add(String.valueOf(rows.getString(column)));
        }
        lines.add(String.join(" ", cells));
      }
      return lines;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    TestDirectory.delete(directory);
  }
}

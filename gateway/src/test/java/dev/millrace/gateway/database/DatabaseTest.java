package dev.millrace.gateway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void severalThatStartAtOnceMakeTheTablesOnce() throws Exception {
    try (LocalDatabase server =
        LocalDatabase.start(LocalDatabaseConfiguration.defaults(directory.resolve("data")))) {
      List<Database> databases = new ArrayList<>();
      try {
        for (int instance = 0; instance < 3; instance++) {
          databases.add(Database.open(server.settings()));
        }
        for (Database database : databases) {
          database.ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
          assertThat(database.isWritable()).isTrue();
          try (Connection connection = database.connection();
              Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery("select count(*) from task")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
          }
        }
      } finally {
        databases.forEach(Database::close);
      }
    }
  }

  @Test
  void tellsThatTheServerIsAwayAndThatItIsBack() throws Exception {
    try (LocalDatabase server =
            LocalDatabase.start(LocalDatabaseConfiguration.defaults(directory.resolve("data")));
        Database database = Database.open(server.settings())) {
      database.ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(database.problem()).isEmpty();
      ProcessHandle.of(server.pid().orElseThrow()).orElseThrow().destroyForcibly();
      await().atMost(PATIENCE).until(() -> database.problem().isPresent());
      await().atMost(PATIENCE).until(() -> database.problem().isEmpty());
    }
  }

  @Test
  void tellsOfAnOutageThatIsOverWhenItLooksNext() throws Exception {
    try (LocalDatabase server =
            LocalDatabase.start(LocalDatabaseConfiguration.defaults(directory.resolve("data")));
        Database database = Database.open(server.settings());
        Database other = Database.open(server.settings())) {
      database.ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      other.ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(database.problem()).isEmpty();
      assertThat(other.problem()).isEmpty();
      ProcessHandle.of(server.pid().orElseThrow()).orElseThrow().destroyForcibly();
      await().atMost(PATIENCE).until(() -> other.problem().isPresent());
      await().atMost(PATIENCE).until(() -> other.problem().isEmpty());

      assertThat(database.problem()).as("the server was away since the last look").isPresent();
      assertThat(database.problem()).isEmpty();
    }
  }

  @Test
  void waitsForAServerThatIsNotUpYet() throws Exception {
    DatabaseSettings later;
    try (LocalDatabase server =
        LocalDatabase.start(LocalDatabaseConfiguration.defaults(directory.resolve("data")))) {
      later = server.settings();
      try (Database early = Database.open(later)) {
        early.ready().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    }
    try (Database database = Database.open(later)) {
      assertThat(database.isReady()).isFalse();
      assertThat(database.isWritable()).isFalse();
    }
  }
}

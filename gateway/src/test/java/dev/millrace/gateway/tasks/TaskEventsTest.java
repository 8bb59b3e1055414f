package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.TestServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.gateway.database.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestServers.class)
class TaskEventsTest {
  private final TestServer server;
  private final Database database;
  private final AtomicInteger connected = new AtomicInteger();
  private TaskEvents events;

  TaskEventsTest(TestServer server, Database database) {
    this.server = server;
    this.database = database;
  }

  @BeforeEach
  void listen() {
    events = TaskEvents.start(database);
    // Of a task that nobody tells of, so it hears of connections only.
    var unused = events.watch("nobody", "nothing", connected::incrementAndGet);
    awaitNotified();
  }

  /** Whether it listens yet, nobody says: so it is told until it hears. */
  private void awaitNotified() {
    AtomicInteger heard = new AtomicInteger();
    try (var watching = events.watch("acme", "probe", heard::incrementAndGet)) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(SQLException.class)
          .until(
              () -> {
                TestServer.execute(database, "truncate task");
                TestServer.project(database, List.of(Tasks.succeeded("probe", 1)));
                return heard.get() > 0;
              });
    }
  }

  @AfterEach
  void close() {
    events.close();
  }

  @Test
  void aWatcherHearsOfAnEndThatAnotherInstanceProjects() throws Exception {
    AtomicInteger watched = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    int connections = connected.get();
    try (Database elsewhere = server.openAgain(database);
        var watching = events.watch("acme", "a", watched::incrementAndGet);
        var watchingOther = events.watch("acme", "b", other::incrementAndGet)) {
      TestServer.project(
          elsewhere, 0, List.of(Tasks.queued("a", 1), Tasks.running("a", 1), Tasks.queued("b", 2)));
      TestServer.project(elsewhere, 3, List.of(Tasks.succeeded("a", 1)));
      await().atMost(PATIENCE).until(() -> watched.get() > 0);
      assertThat(watched).hasValue(1);

      // What changes nothing is not told, and ends are told in their order.
      TestServer.project(elsewhere, 3, List.of(Tasks.succeeded("a", 1)));
      TestServer.project(elsewhere, 4, List.of(Tasks.succeeded("b", 2)));
      await().atMost(PATIENCE).until(() -> other.get() > 0);
      assertThat(watched).hasValue(1);
      assertThat(other).hasValue(1);
      assertThat(connected).as("nothing was told by a new connection").hasValue(connections);
    }
  }

  @Test
  void oneWhoWatchesNoMoreHearsNothing() throws Exception {
    AtomicInteger leaving = new AtomicInteger();
    AtomicInteger staying = new AtomicInteger();
    TaskEvents.Registration left = events.watch("acme", "a", leaving::incrementAndGet);
    try (var stays = events.watch("acme", "a", staying::incrementAndGet)) {
      left.close();
      TestServer.project(database, List.of(Tasks.succeeded("a", 1)));
      await().atMost(PATIENCE).until(() -> staying.get() > 0);
      assertThat(leaving).hasValue(0);
    }
  }

  @Test
  void oneWhoFailsKeepsNobodyElseFromHearing() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    TaskWatcher failing =
        () -> {
          throw new IllegalStateException("on purpose");
        };
    try (var fails = events.watch("acme", "a", failing);
        var hears = events.watch("acme", "a", heard::incrementAndGet)) {
      TestServer.project(database, List.of(Tasks.succeeded("a", 1)));
      await().atMost(PATIENCE).until(() -> heard.get() > 0);
    }
  }

  @Test
  void aNotificationOfSomebodyElseHasEverybodyLook() throws Exception {
    int before = connected.get();
    TestServer.execute(database, "notify millrace_task, 'not ours'");
    await().atMost(PATIENCE).until(() -> connected.get() > before);
    // And it still listens.
    awaitNotified();
  }

  @Test
  void everybodyIsDismissed() {
    AtomicInteger dismissed = new AtomicInteger();
    TaskWatcher watcher =
        new TaskWatcher() {
          @Override
          public void look() {
            // Of no interest here.
          }

          @Override
          public void dismissed() {
            dismissed.incrementAndGet();
          }
        };
    TaskEvents.Registration left = events.watch("acme", "a", watcher);
    try (var one = events.watch("acme", "a", watcher);
        var other = events.watch("acme", "b", watcher)) {
      left.close();
      events.dismiss();
      assertThat(dismissed).hasValue(2);
    }
  }

  @Test
  void everybodyIsToldToLookWhenTheServerIsBackFromAKill() throws Exception {
    AtomicInteger watched = new AtomicInteger();
    try (var watching = events.watch("acme", "a", watched::incrementAndGet)) {
      server.kill();
      await().atMost(PATIENCE).until(() -> watched.get() > 0);
      awaitNotified();
    }
  }
}

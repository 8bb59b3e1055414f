package dev.millrace.gateway.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes one row, and says why not within a bounded time.
 *
 * <p>A server that is frozen rather than gone holds a write for as long as a socket may wait, so a
 * thread of its own does it, on a connection of its own: a pool that is used up is no database that
 * cannot be written to.
 */
final class WriteCheck implements AutoCloseable {
  private static final String WRITE =
      "insert into gateway_health (only_row, checked) values (true, now())"
          + " on conflict (only_row) do update set checked = excluded.checked";

  /** Makes a connection. */
  interface Connector {
    Connection connect() throws SQLException;
  }

  private final Connector connector;
  private final Duration timeout;
  private final ExecutorService thread;

  private @Nullable Future<?> unfinished;
  // Only the thread of its own touches it.
  private @Nullable Connection connection;

  WriteCheck(Connector connector, Duration timeout) {
    this.connector = connector;
    this.timeout = timeout;
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "database-check");
              made.setDaemon(true);
              return made;
            });
  }

  /** Why a row cannot be written, in one line. */
  synchronized Optional<String> problem() {
    if (unfinished != null && !unfinished.isDone()) {
      return Optional.of("a write has not ended for more than " + timeout.toMillis() + " ms");
    }
    Callable<Boolean> write = this::write;
    Future<Boolean> result = thread.submit(write);
    unfinished = result;
    try {
      result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (TimeoutException e) {
      return Optional.of("a write has not ended within " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      return Optional.of(firstLine(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted while a row was written");
    }
  }

  private static String firstLine(@Nullable Throwable failure) {
    return String.valueOf(failure).lines().findFirst().orElse("unknown");
  }

  /**
   * Fails on a connection that is broken, and connects again the next time only: a server that has
   * been away since the last look is told of, even when it is back by now.
   */
  private boolean write() throws SQLException {
    Connection writing = connection;
    if (writing == null) {
      writing = connector.connect();
      connection = writing;
    }
    try {
      return write(writing);
    } catch (SQLException e) {
      disconnect();
      throw e;
    }
  }

  private static boolean write(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(WRITE) == 1;
    }
  }

  private boolean disconnect() throws SQLException {
    Connection broken = connection;
    connection = null;
    if (broken != null) {
      broken.close();
    }
    return true;
  }

  @Override
  public void close() {
    Callable<Boolean> last = this::disconnect;
    var unused = thread.submit(last);
    thread.shutdown();
  }
}

package dev.millrace.cli.cluster;

import dev.millrace.broker.ProcessIdentity;
import dev.millrace.gateway.database.DatabaseSettings;
import dev.millrace.gateway.database.DatabaseUnavailableException;
import dev.millrace.gateway.database.LocalDatabase;
import dev.millrace.gateway.database.LocalDatabaseConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** PostgreSQL. Its start returns when it answers. */
final class DatabaseMember implements Member {
  private final LocalDatabaseConfiguration configuration;
  private volatile @Nullable LocalDatabase database;

  /**
   * @param configuration without restarts, which are the keeper's
   */
  DatabaseMember(LocalDatabaseConfiguration configuration) {
    this.configuration = configuration;
  }

  @Override
  public String name() {
    return "database";
  }

  @Override
  public Path log() {
    return configuration.log();
  }

  @Override
  public void start() throws IOException {
    stop();
    try {
      database = LocalDatabase.start(configuration);
    } catch (DatabaseUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** What a client needs to connect, once it has been started. */
  DatabaseSettings settings() {
    return Objects.requireNonNull(database, "it has been started").settings();
  }

  /** Where the password is. */
  Path passwordFile() {
    return configuration.passwordFile();
  }

  @Override
  public Optional<ProcessIdentity> identity() {
    LocalDatabase current = database;
    try {
      return current == null ? Optional.empty() : current.process().map(ProcessIdentity::of);
    } catch (IOException e) {
      // Its file is being written, or gone with it.
      return Optional.empty();
    }
  }

  @Override
  public boolean isAlive() {
    LocalDatabase current = database;
    return current != null && current.isAlive();
  }

  @Override
  public String ending() {
    return isAlive() ? "lives" : "has ended; see its log";
  }

  @Override
  public boolean isReady() {
    LocalDatabase current = database;
    return current != null && current.answers();
  }

  @Override
  public void stop() {
    LocalDatabase current = database;
    if (current != null) {
      current.close();
    }
  }

  @Override
  public void kill() {
    identity().flatMap(ProcessIdentity::living).ifPresent(ProcessHandle::destroyForcibly);
  }
}

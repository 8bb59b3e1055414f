package dev.millrace.gateway.tasks;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the projection says of itself. Written by its thread, read by any; that something does not
 * work is logged when it begins and when it ends.
 */
final class ProjectionState {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectionState.class);

  private volatile @Nullable String database;
  private volatile @Nullable String kafka;
  private volatile long lag;

  /** The database does not do what it should. */
  void databaseFails(Throwable failure) {
    if (database == null) {
      LOG.warn("Tasks cannot be projected, trying again: the database: {}", line(failure));
    }
    LOG.debug("The database fails.", failure);
    database = "the database: " + line(failure);
  }

  /** The database does. */
  void databaseWorks() {
    if (database != null) {
      LOG.info("Tasks are projected again: the database is back.");
    }
    database = null;
  }

  /** Kafka does not do what it should. */
  void kafkaFails(String reason) {
    if (kafka == null) {
      LOG.warn("Tasks cannot be projected, trying again: {}", reason);
    }
    kafka = reason;
  }

  /** Kafka does. */
  void kafkaWorks() {
    if (kafka != null) {
      LOG.info("Tasks are projected again: Kafka is back.");
    }
    kafka = null;
  }

  /** Nothing goes on any more. */
  void ended() {
    kafka = "the projection has ended";
  }

  /** So many records are behind. */
  void behind(long records) {
    lag = records;
  }

  Optional<String> problem() {
    return Optional.ofNullable(database).or(() -> Optional.ofNullable(kafka));
  }

  long lag() {
    return lag;
  }

  /** The first line of why it failed. */
  static String line(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse(failure.toString());
  }
}

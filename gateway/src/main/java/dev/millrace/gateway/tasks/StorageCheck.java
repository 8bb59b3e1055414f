package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.Database;
import dev.millrace.gateway.health.ComponentHealth;
import dev.millrace.gateway.health.HealthCheck;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Whether tasks can be written, and how far what is written is behind the topic. */
public final class StorageCheck implements HealthCheck {
  /** The name of the component. */
  public static final String COMPONENT = "storage-engine";

  private final Supplier<Optional<String>> database;
  private final Supplier<Optional<String>> projection;
  private final LongSupplier lag;
  private final long maximumLag;

  /**
   * @param maximumLag records that the projection may be behind
   */
  public StorageCheck(Database database, TaskProjection projection, long maximumLag) {
    this(database::problem, projection::problem, projection::lag, maximumLag);
  }

  StorageCheck(
      Supplier<Optional<String>> database,
      Supplier<Optional<String>> projection,
      LongSupplier lag,
      long maximumLag) {
    this.database = database;
    this.projection = projection;
    this.lag = lag;
    this.maximumLag = maximumLag;
  }

  @Override
  public String component() {
    return COMPONENT;
  }

  /** Looks; blocks for at most the time-out of the database. */
  @Override
  public ComponentHealth look() {
    Optional<String> unwritable = database.get();
    if (unwritable.isPresent()) {
      return ComponentHealth.unhealthy("the database: " + unwritable.get());
    }
    Optional<String> stopped = projection.get();
    if (stopped.isPresent()) {
      return ComponentHealth.degraded("tasks are not projected: " + stopped.get());
    }
    long behind = lag.getAsLong();
    return behind > maximumLag
        ? ComponentHealth.degraded(
            "the projection of tasks is %d records behind, more than %d"
                .formatted(behind, maximumLag))
        : ComponentHealth.healthy();
  }
}

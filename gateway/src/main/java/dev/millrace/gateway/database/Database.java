package dev.millrace.gateway.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of connections to PostgreSQL, and the schema in it.
 *
 * <p>It may be made before the server is there: a thread brings the schema up to date as soon as
 * one answers, and until then every connection fails with an {@link SQLException}. Several gateways
 * may begin at once, since Flyway locks the schema.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final DatabaseSettings settings;
  private final HikariDataSource pool;
  private final WriteCheck writeCheck;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Thread migration;

  private volatile String migrationProblem = "not migrated yet";

  private Database(DatabaseSettings settings) {
    this.settings = settings;
    pool = new HikariDataSource(poolConfiguration(settings));
    writeCheck = new WriteCheck(this::dedicatedConnection, settings.timeout());
    migration = new Thread(this::migrate, "database-migration");
    migration.setDaemon(true);
  }

  /** Begins to connect; returns at once. */
  public static Database open(DatabaseSettings settings) {
    Database database = new Database(settings);
    database.migration.start();
    return database;
  }

  private static HikariConfig poolConfiguration(DatabaseSettings settings) {
    HikariConfig configuration = new HikariConfig();
    configuration.setPoolName("database");
    configuration.setJdbcUrl(settings.url());
    configuration.setDataSourceProperties(properties(settings));
    configuration.setMaximumPoolSize(settings.poolSize());
    configuration.setConnectionTimeout(settings.timeout().toMillis());
    configuration.setValidationTimeout(Math.min(settings.timeout().toMillis(), 1_000));
    // The server may come later than this process.
    configuration.setInitializationFailTimeout(-1);
    return configuration;
  }

  private static Properties properties(DatabaseSettings settings) {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "user", settings.user(),
            "password", settings.password(),
            "currentSchema", settings.schema(),
            "ApplicationName", "millrace-gateway",
            "connectTimeout", Long.toString(Math.max(1, settings.timeout().toSeconds())),
            // A server that froze must not hold a thread for ever.
            "socketTimeout", "30",
            "tcpKeepAlive", "true"));
    return properties;
  }

  private void migrate() {
    for (int failures = 1; !Thread.currentThread().isInterrupted(); failures++) {
      try {
        Flyway.configure()
            .dataSource(pool)
            .schemas(settings.schema())
            .locations("classpath:db/migration")
            .load()
            .migrate();
        LOG.info("The database is up to date: {}", settings);
        ready.complete(null);
        return;
      } catch (FlywayException e) {
        migrationProblem = "not migrated: " + reason(e);
        // The first says it all; a server that stays away is told once a minute or so.
        if (failures == 1 || failures % 30 == 0) {
          LOG.warn("The database cannot be used yet, trying again: {}: {}", settings, reason(e));
        }
        LOG.debug("Try {}", failures, e);
        pause(BackOff.DEFAULT.millis(failures));
      }
    }
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
  }

  /** Completes when the schema is up to date; never fails. */
  public CompletionStage<Void> ready() {
    return ready.minimalCompletionStage();
  }

  /** Whether the schema is up to date. That the server answers now is not said. */
  public boolean isReady() {
    return ready.isDone();
  }

  /**
   * A connection of the pool; the caller closes it. Blocks for at most the time-out.
   *
   * @throws SQLException when the server does not answer, or the schema is not there yet
   */
  public Connection connection() throws SQLException {
    if (!isReady()) {
      throw new SQLException("the database is " + migrationProblem);
    }
    return pool.getConnection();
  }

  /** A connection outside the pool, for one who keeps it; the caller closes it. Blocks. */
  public Connection dedicatedConnection() throws SQLException {
    if (!isReady()) {
      throw new SQLException("the database is " + migrationProblem);
    }
    return DriverManager.getConnection(settings.url(), properties(settings));
  }

  /** Whether a row could be written just now. Blocks for at most the time-out. */
  public boolean isWritable() {
    return problem().isEmpty();
  }

  /**
   * Writes a row, for the health check. Blocks for at most the time-out. Where that fails, the pool
   * connects anew too: it hands out untried what was used a moment ago.
   *
   * @return why it could not be written, in one line
   */
  public Optional<String> problem() {
    Optional<String> problem = writeCheck.problem();
    if (problem.isPresent()) {
      pool.getHikariPoolMXBean().softEvictConnections();
    }
    return problem;
  }

  /** Closes every connection; who waits for one gets an exception. */
  @Override
  public void close() {
    migration.interrupt();
    writeCheck.close();
    pool.close();
  }
}

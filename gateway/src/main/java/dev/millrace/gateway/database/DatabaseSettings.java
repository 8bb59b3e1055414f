package dev.millrace.gateway.database;

import java.time.Duration;

/**
 * Where the database is and how it is used.
 *
 * @param url the JDBC URL of a PostgreSQL
 * @param user who connects
 * @param password of the user; empty where the server asks for none
 * @param schema where the tables are made; gateways with the same schema share the tasks
 * @param poolSize the most connections of the pool; two more are made for listening and checking
 * @param timeout how long a caller waits for a connection, or a health check for a write
 */
public record DatabaseSettings(
    String url, String user, String password, String schema, int poolSize, Duration timeout) {
  /** The schema where nobody says otherwise. */
  public static final String DEFAULT_SCHEMA = "millrace";

  /** The connections of the pool where nobody says otherwise. */
  public static final int DEFAULT_POOL_SIZE = 10;

  /** The time-out where nobody says otherwise: health tells of a failure within five seconds. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(3);

  public DatabaseSettings {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("not the JDBC URL of a PostgreSQL: " + withoutQuery(url));
    }
    if (!schema.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a plain name for a schema: " + schema);
    }
    if (poolSize < 2) {
      throw new IllegalArgumentException(
          "a pool of %d: the projection needs one connection, requests another"
              .formatted(poolSize));
    }
    if (timeout.compareTo(Duration.ofMillis(250)) < 0) {
      throw new IllegalArgumentException("the time-out %s is below 250 ms".formatted(timeout));
    }
  }

  /** With the defaults for all but the address. */
  public static DatabaseSettings of(String url, String user, String password) {
    return new DatabaseSettings(
        url, user, password, DEFAULT_SCHEMA, DEFAULT_POOL_SIZE, DEFAULT_TIMEOUT);
  }

  /** The same with another schema. */
  public DatabaseSettings withSchema(String other) {
    return new DatabaseSettings(url, user, password, other, poolSize, timeout);
  }

  /** Without the password, and without what a URL may hide behind its question mark. */
  @Override
  public String toString() {
    return "%s as %s, schema %s".formatted(withoutQuery(url), user, schema);
  }

  private static String withoutQuery(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }
}

package dev.millrace.gateway.health;

import java.util.Locale;

/**
 * How a component is.
 *
 * @param reason why it is no better; empty when it is healthy
 */
public record ComponentHealth(Level level, String reason) {
  /** In order, the worst last. */
  public enum Level {
    /** It works. */
    HEALTHY,
    /** Some of it does not, but requests are answered. */
    DEGRADED,
    /** It does not work. */
    UNHEALTHY;

    /** The level as it is written. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static ComponentHealth healthy() {
    return new ComponentHealth(Level.HEALTHY, "");
  }

  public static ComponentHealth degraded(String reason) {
    return new ComponentHealth(Level.DEGRADED, reason);
  }

  public static ComponentHealth unhealthy(String reason) {
    return new ComponentHealth(Level.UNHEALTHY, reason);
  }
}

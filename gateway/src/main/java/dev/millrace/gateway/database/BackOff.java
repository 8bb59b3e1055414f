package dev.millrace.gateway.database;

import java.time.Duration;

/**
 * How long to wait before the next try: twice as long after each failure, up to a bound.
 *
 * @param first the wait after the first failure
 * @param most the longest wait
 */
public record BackOff(Duration first, Duration most) {
  /** For what is on the same network and comes back within seconds. */
  public static final BackOff DEFAULT = new BackOff(Duration.ofMillis(100), Duration.ofSeconds(2));

  public BackOff {
    if (first.toMillis() < 1 || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("no back-off from %s to %s".formatted(first, most));
    }
  }

  /** The wait in milliseconds after so many failures in a row, at least one. */
  public long millis(int failures) {
    if (failures < 1) {
      throw new IllegalArgumentException("after " + failures + " failures");
    }
    long millis = first.toMillis();
    for (int failure = 1; failure < failures && millis < most.toMillis(); failure++) {
      millis *= 2;
    }
    return Math.min(millis, most.toMillis());
  }
}

package dev.millrace.bench.load;

import java.time.Instant;

/**
 * The instant at which a plan begins, on the two clocks that matter: the one that measures, and the
 * one by which deadlines are given.
 *
 * @param nanos of {@link System#nanoTime}
 * @param epochNanos nanoseconds since 1970
 */
public record TimeOrigin(long nanos, long epochNanos) {
  /** Soon: after so many nanoseconds. */
  public static TimeOrigin in(long delayNanos) {
    Instant now = Instant.now();
    long nanos = System.nanoTime();
    long epochNanos = Math.addExact(now.getEpochSecond() * 1_000_000_000L, now.getNano());
    return new TimeOrigin(nanos + delayNanos, epochNanos + delayNanos);
  }

  /** The epoch milliseconds of an instant of the plan, rounded down. */
  public long epochMillis(long afterOrigin) {
    return (epochNanos + afterOrigin) / 1_000_000;
  }
}

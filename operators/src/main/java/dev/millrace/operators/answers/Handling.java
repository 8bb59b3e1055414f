package dev.millrace.operators.answers;

import org.jspecify.annotations.Nullable;

/**
 * What befell a request before its answer.
 *
 * @param batchSize how many requests were scored together, or 0 when it was not scored
 * @param queuedMillis how long it waited, or -1 when it never did
 * @param startedAt when it was given to the engine, epoch milliseconds; null when it was not scored
 * @param cached whether the result was made for another request with the same inputs
 */
public record Handling(int batchSize, long queuedMillis, @Nullable Long startedAt, boolean cached) {
  /** Answered on arrival. */
  public static final Handling AT_ONCE = new Handling(0, -1, null, false);

  /** Scored with others. */
  public static Handling scored(int batchSize, long queuedMillis, long startedAt) {
    return new Handling(batchSize, queuedMillis, startedAt, false);
  }

  /** Answered with the result of another request. */
  public static Handling ofCache(long queuedMillis) {
    return new Handling(0, queuedMillis, null, true);
  }

  /** Left the queue without being scored. */
  public static Handling unscored(long queuedMillis) {
    return new Handling(0, queuedMillis, null, false);
  }
}

package dev.millrace.operators.answers;

/**
 * What befell a request before its answer, as its headers tell.
 *
 * @param batchSize how many requests were scored together, or 0 when it was not scored
 * @param queuedMillis how long it waited, or -1 when it never did
 * @param cached whether the result was made for another request with the same inputs
 */
public record Handling(int batchSize, long queuedMillis, boolean cached) {
  /** Answered on arrival. */
  public static final Handling AT_ONCE = new Handling(0, -1, false);

  /** Answered with the result of another request. */
  public static Handling ofCache(long queuedMillis) {
    return new Handling(0, queuedMillis, true);
  }

  /** Left the queue without being scored. */
  public static Handling unscored(long queuedMillis) {
    return new Handling(0, queuedMillis, false);
  }
}

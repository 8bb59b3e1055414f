package dev.millrace.operators.window;

import dev.millrace.operators.lanes.Order;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests are answered.
 *
 * @param maximumBytes the most bytes an answer may take
 * @param order in which order answers are given
 * @param dedupTtl for how long a request id is answered once; null when ids may come again
 * @param taskDedupTtl for how long at least the id of a task is answered once
 * @param cacheEntries the most results a task keeps for requests that ask the same
 */
public record AnswerSettings(
    int maximumBytes,
    Order order,
    @Nullable Duration dedupTtl,
    Duration taskDedupTtl,
    int cacheEntries)
    implements Serializable {
  public AnswerSettings {
    if (cacheEntries < 1) {
      throw new IllegalArgumentException("a cache of " + cacheEntries + " results");
    }
  }
}

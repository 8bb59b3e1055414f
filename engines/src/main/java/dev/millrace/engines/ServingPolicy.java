package dev.millrace.engines;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the requests of a model are queued, batched and answered.
 *
 * @param maximumBatchRows the most rows that are scored together ({@code batch_size}); 1 when the
 *     model does not batch
 * @param preferredBatchRows the sizes that the model scores best, ascending; empty when all are
 *     alike ({@code millrace.preferred_batch_sizes})
 * @param linger how long a request may wait for others to fill its batch while the engine is idle
 *     ({@code max_batch_delay})
 * @param maximumPending the most requests that wait in one task ({@code job_queue_size})
 * @param defaultPriority the level of requests that name none; 1 is soonest ({@code
 *     millrace.default_priority_level})
 * @param defaultTimeout how long after their timestamp requests that name no deadline are of use;
 *     null for ever ({@code millrace.default_timeout})
 * @param cacheTtl how long a result answers requests with the same inputs; null when each is scored
 *     ({@code millrace.cache_ttl})
 */
public record ServingPolicy(
    int maximumBatchRows,
    List<Integer> preferredBatchRows,
    Duration linger,
    int maximumPending,
    int defaultPriority,
    @Nullable Duration defaultTimeout,
    @Nullable Duration cacheTtl)
    implements Serializable {

  /** The level of requests when neither they nor their model name one: the middle of ten. */
  public static final int DEFAULT_PRIORITY = 5;

  /** Room that no model fills: the task's own bound comes first. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  public ServingPolicy {
    preferredBatchRows = preferredBatchRows.stream().sorted().distinct().toList();
    if (maximumBatchRows < 1) {
      throw new IllegalArgumentException("batches of %d rows".formatted(maximumBatchRows));
    }
    if (!preferredBatchRows.isEmpty() && preferredBatchRows.get(0) < 1) {
      throw new IllegalArgumentException("preferred batches of " + preferredBatchRows + " rows");
    }
    if (linger.isNegative()) {
      throw new IllegalArgumentException("a linger of " + linger);
    }
    if (maximumPending < 1) {
      throw new IllegalArgumentException("at most %d requests waiting".formatted(maximumPending));
    }
    if (defaultPriority < 1) {
      throw new IllegalArgumentException("priority %d is not positive".formatted(defaultPriority));
    }
  }

  /** Batches of so many rows, and for the rest what a model has that says nothing. */
  public static ServingPolicy ofBatches(int maximumBatchRows) {
    return new ServingPolicy(
        maximumBatchRows, List.of(), Duration.ZERO, UNBOUNDED, DEFAULT_PRIORITY, null, null);
  }
}

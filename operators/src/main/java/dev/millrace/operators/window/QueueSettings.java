package dev.millrace.operators.window;

import dev.millrace.operators.queue.TenantWeights;
import java.io.Serializable;
import java.time.Duration;

/**
 * How requests wait.
 *
 * @param weights the shares of tenants
 * @param ageing after how long a request is served now and then whatever its priority
 * @param maximumPending how many requests a task keeps, waiting and in flight
 * @param maximumPerTenant how many requests of one tenant wait for one model in a task
 * @param overflow what happens at either bound, and at the model's own
 * @param heapBytes how many bytes of waiting requests a task may keep on the heap between
 *     checkpoints
 */
public record QueueSettings(
    TenantWeights weights,
    Duration ageing,
    int maximumPending,
    int maximumPerTenant,
    Overflow overflow,
    long heapBytes)
    implements Serializable {
  public QueueSettings {
    if (maximumPending < 1 || maximumPerTenant < 1) {
      throw new IllegalArgumentException(
          "at most %d requests pending, %d of a tenant"
              .formatted(maximumPending, maximumPerTenant));
    }
    if (heapBytes < 0) {
      throw new IllegalArgumentException(heapBytes + " bytes on the heap");
    }
  }
}

package dev.millrace.operators.batching;

import dev.millrace.operators.queue.Arrivals;
import dev.millrace.operators.queue.FairRequestQueue;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import dev.millrace.operators.queue.ShapeLanes;
import dev.millrace.operators.queue.TenantWeights;
import java.time.Duration;

/** A queue to which a test adds, with the policy that hears of it. */
final class Waiting {
  static final long NOW = 1_790_000_000_000L;

  final RequestQueue queue = new FairRequestQueue(TenantWeights.EQUAL, Duration.ofHours(1));
  private final BatchPolicy policy;
  private final Arrivals arrivals = new Arrivals();

  Waiting(BatchPolicy policy) {
    this.policy = policy;
  }

  QueueEntry add(int rows) {
    return add(rows, Long.MAX_VALUE, NOW);
  }

  QueueEntry add(int rows, long deadline, long now) {
    return add(rows, deadline, 5, ShapeLanes.FIXED, now);
  }

  QueueEntry add(int rows, long deadline, int priority, int shape, long now) {
    QueueEntry entry =
        new QueueEntry(0, arrivals.next(now), priority, deadline, rows, shape, queue.size());
    queue.add(entry, "tenant");
    policy.arrived(entry, now);
    return entry;
  }

  BatchDecision decide(int capacity, long now) {
    return policy.decide(queue, capacity, now);
  }
}

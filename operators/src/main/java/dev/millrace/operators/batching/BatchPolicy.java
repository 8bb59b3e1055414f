package dev.millrace.operators.batching;

import dev.millrace.engines.Rehearsal;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;

/** Decides when a batch forms and of what. */
public interface BatchPolicy {
  /**
   * Decides what to do now, and takes from the queue what the decision names. To be asked again
   * until it says {@link BatchDecision.WaitUntil}.
   *
   * @param capacity how many requests the engine would take
   * @param now epoch milliseconds
   */
  BatchDecision decide(RequestQueue queue, int capacity, long now);

  /** Hears of a request that has just begun to wait. */
  void arrived(QueueEntry entry, long now);

  /** Hears what the engine took for a batch before any request came. */
  void rehearsed(Rehearsal rehearsal);

  /**
   * Learns how long a batch took.
   *
   * @param cost of all its requests (see {@link QueueEntry#cost()})
   * @param milliseconds from its dispatch to its end
   */
  void observe(long cost, double milliseconds);
}

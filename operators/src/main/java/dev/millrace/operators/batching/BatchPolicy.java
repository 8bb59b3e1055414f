package dev.millrace.operators.batching;

import dev.millrace.operators.queue.RequestQueue;

/** Decides when a batch forms and of what. */
@FunctionalInterface
public interface BatchPolicy {
  /**
   * Decides what to do now, and takes from the queue what the decision names. To be asked again
   * until it says {@link BatchDecision.Wait}.
   *
   * @param capacity how many requests the engine would take
   * @param now epoch milliseconds
   */
  BatchDecision decide(RequestQueue queue, int capacity, long now);
}

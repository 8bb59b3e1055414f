package dev.millrace.operators.batching;

import dev.millrace.engines.Rehearsal;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import java.util.List;
import java.util.Optional;

/**
 * Gives an engine the next request as soon as it can take one, for engines that form their batches
 * themselves: a text that is generated joins those that are under way between two steps, and leaves
 * them when it ends (iteration-level scheduling; Yu et al., Orca, OSDI 2022).
 *
 * <p>How long a text will take nobody knows, so a request waits until its deadline has passed.
 */
public final class ContinuousPolicy implements BatchPolicy {
  @Override
  public BatchDecision decide(RequestQueue queue, int capacity, long now) {
    Optional<QueueEntry> urgent = queue.mostUrgent();
    if (urgent.isPresent() && urgent.get().deadline() <= now) {
      queue.remove(urgent.get());
      return new BatchDecision.Drop(List.of(urgent.get()));
    }
    Optional<QueueEntry> next = queue.peek(now);
    if (next.isEmpty()) {
      return BatchDecision.WaitUntil.EVENT;
    }
    if (capacity < 1) {
      return new BatchDecision.WaitUntil(queue.earliestDeadline().orElse(Long.MAX_VALUE));
    }
    queue.serve(next.get(), now);
    return new BatchDecision.Dispatch(List.of(next.get()));
  }

  @Override
  public void arrived(QueueEntry entry, long now) {}

  @Override
  public void rehearsed(Rehearsal rehearsal) {}

  @Override
  public void observe(long cost, double milliseconds) {}
}

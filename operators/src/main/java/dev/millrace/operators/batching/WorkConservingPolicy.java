package dev.millrace.operators.batching;

import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Dispatches whatever waits as soon as the engine can take it. Batches grow while the engine is
 * busy, and never because of a timer.
 */
public final class WorkConservingPolicy implements BatchPolicy {
  private final int maximumRows;

  /**
   * @param maximumRows the most rows of a batch
   */
  public WorkConservingPolicy(int maximumRows) {
    if (maximumRows < 1) {
      throw new IllegalArgumentException("batches of " + maximumRows + " rows");
    }
    this.maximumRows = maximumRows;
  }

  @Override
  public BatchDecision decide(RequestQueue queue, int capacity, long now) {
    if (capacity < 1 || queue.isEmpty()) {
      return new BatchDecision.Wait();
    }
    List<QueueEntry> expired = takeExpired(queue, now);
    if (!expired.isEmpty()) {
      return new BatchDecision.Drop(expired);
    }
    return new BatchDecision.Dispatch(takeBatch(queue, capacity, now));
  }

  private static List<QueueEntry> takeExpired(RequestQueue queue, long now) {
    List<QueueEntry> expired = new ArrayList<>();
    while (queue.peek().filter(entry -> entry.deadline() <= now).isPresent()) {
      queue.poll().ifPresent(expired::add);
    }
    return expired;
  }

  /**
   * Takes in order of service until the batch is full, or the next has expired and is for the next
   * decision to drop. The first request is always taken, even if it alone is larger than a batch:
   * it was admitted under an earlier, larger limit.
   */
  private List<QueueEntry> takeBatch(RequestQueue queue, int capacity, long now) {
    List<QueueEntry> batch = new ArrayList<>();
    int rows = 0;
    for (Optional<QueueEntry> next = queue.peek(); next.isPresent(); next = queue.peek()) {
      QueueEntry entry = next.get();
      boolean fits = batch.size() < capacity && rows + entry.rows() <= maximumRows;
      if (!batch.isEmpty() && (!fits || entry.deadline() <= now)) {
        break;
      }
      queue.poll();
      batch.add(entry);
      rows += entry.rows();
    }
    return batch;
  }
}

package dev.millrace.operators.queue;

import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;

/** Serves the smaller priority number first and, within a priority, the earlier arrival. */
public final class PriorityRequestQueue implements RequestQueue {
  private static final Comparator<QueueEntry> ORDER_OF_SERVICE =
      Comparator.comparingInt(QueueEntry::priority)
          .thenComparingLong(QueueEntry::arrival)
          .thenComparingInt(QueueEntry::laneKey);

  private final PriorityQueue<QueueEntry> entries = new PriorityQueue<>(ORDER_OF_SERVICE);

  @Override
  public void add(QueueEntry entry) {
    entries.add(entry);
  }

  @Override
  public Optional<QueueEntry> peek() {
    return Optional.ofNullable(entries.peek());
  }

  @Override
  public Optional<QueueEntry> poll() {
    return Optional.ofNullable(entries.poll());
  }

  @Override
  public int size() {
    return entries.size();
  }
}

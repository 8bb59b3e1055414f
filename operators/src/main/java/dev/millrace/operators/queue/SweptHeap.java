package dev.millrace.operators.queue;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A heap of entries some of which have left the queue: those are passed over when they come to the
 * top, and swept out when they are the majority. So leaving costs nothing here, amortised, and an
 * entry needs no place in the heap of its own.
 */
final class SweptHeap {
  private static final int SWEEP_FROM = 64;

  private final PriorityQueue<QueueEntry> heap;
  private int waiting;

  SweptHeap(Comparator<QueueEntry> order) {
    heap = new PriorityQueue<>(order);
  }

  void add(QueueEntry entry) {
    heap.add(entry);
    waiting++;
  }

  /** To be called once for each entry that leaves the queue, after it has left. */
  void left() {
    waiting--;
    if (heap.size() > SWEEP_FROM && heap.size() > 2 * waiting) {
      heap.removeIf(entry -> !entry.isWaiting());
    }
  }

  /** The first of those that wait. */
  @Nullable QueueEntry first() {
    QueueEntry first = heap.peek();
    while (first != null && !first.isWaiting()) {
      heap.poll();
      first = heap.peek();
    }
    return first;
  }

  int size() {
    return waiting;
  }
}

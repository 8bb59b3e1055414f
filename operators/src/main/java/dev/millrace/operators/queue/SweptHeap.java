package dev.millrace.operators.queue;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A heap of entries some of which have left the queue: those are passed over when they come to the
 * top, and swept out when there is one to four that wait. So leaving costs next to nothing here,
 * amortised, and an entry need not know its place in the heap; but those that have left take memory
 * for a while, hence no more of them.
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
    // In most orders of service it is at the top.
    first();
    if (heap.size() > SWEEP_FROM && heap.size() > waiting + waiting / 4) {
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

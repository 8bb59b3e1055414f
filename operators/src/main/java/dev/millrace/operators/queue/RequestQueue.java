package dev.millrace.operators.queue;

import java.util.Optional;

/** The waiting requests of one model version, in the order in which they should be served. */
public interface RequestQueue {
  /** Lets a request wait. */
  void add(QueueEntry entry);

  /** The request that should be served next, which goes on waiting. */
  Optional<QueueEntry> peek();

  /** Takes the request that should be served next. */
  Optional<QueueEntry> poll();

  /** How many requests wait. */
  int size();

  /** Whether none waits. */
  default boolean isEmpty() {
    return size() == 0;
  }
}

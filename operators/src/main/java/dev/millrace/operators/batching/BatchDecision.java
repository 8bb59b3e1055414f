package dev.millrace.operators.batching;

import dev.millrace.operators.queue.QueueEntry;
import java.util.List;

/** What should be done now. */
public sealed interface BatchDecision {
  /** Score these together. They have left the queue. */
  record Dispatch(List<QueueEntry> requests) implements BatchDecision {
    public Dispatch {
      requests = List.copyOf(requests);
      if (requests.isEmpty()) {
        throw new IllegalArgumentException("an empty batch");
      }
    }
  }

  /**
   * Answer these without scoring them, since their deadlines have passed. They have left the queue.
   */
  record Drop(List<QueueEntry> expired) implements BatchDecision {
    public Drop {
      expired = List.copyOf(expired);
    }
  }

  /** Nothing, until a request arrives or the engine can take more. */
  record Wait() implements BatchDecision {}
}

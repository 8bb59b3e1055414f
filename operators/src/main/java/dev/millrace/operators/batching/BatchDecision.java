package dev.millrace.operators.batching;

import dev.millrace.operators.queue.QueueEntry;
import java.util.List;

/** What should be done now. */
public sealed interface BatchDecision {
  /** Score these together: they are of one shape lane, and have left the queue. */
  record Dispatch(List<QueueEntry> requests) implements BatchDecision {
    public Dispatch {
      requests = List.copyOf(requests);
      if (requests.isEmpty()) {
        throw new IllegalArgumentException("an empty batch");
      }
    }
  }

  /**
   * Answer these without scoring them, since they cannot be scored in time any more. They have left
   * the queue.
   */
  record Drop(List<QueueEntry> expired) implements BatchDecision {
    public Drop {
      expired = List.copyOf(expired);
      if (expired.isEmpty()) {
        throw new IllegalArgumentException("nothing to drop");
      }
    }
  }

  /**
   * Nothing, until a request arrives, the engine can take more, or this time has come.
   *
   * @param time epoch milliseconds; {@link Long#MAX_VALUE} when only one of the others can help
   */
  record WaitUntil(long time) implements BatchDecision {
    /** No time will change anything. */
    public static final WaitUntil EVENT = new WaitUntil(Long.MAX_VALUE);
  }
}

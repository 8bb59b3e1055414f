package dev.millrace.operators.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every queue owes its user, whatever its order. */
abstract class RequestQueueContract {
  abstract RequestQueue newQueue();

  @Test
  void anEmptyQueueHasNoNext() {
    RequestQueue queue = newQueue();

    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.peek()).isEmpty();
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void pollTakesWhatPeekShowed() {
    RequestQueue queue = newQueue();
    Random random = new Random(7);
    for (int arrival = 1; arrival <= 500; arrival++) {
      queue.add(entry(random.nextInt(5) + 1, arrival));
    }

    while (!queue.isEmpty()) {
      assertThat(queue.peek()).isEqualTo(queue.poll());
    }
  }

  @Test
  void everyEntryComesOutOnceWhateverTheInterleaving() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      RequestQueue queue = newQueue();
      Set<QueueEntry> added = new HashSet<>();
      List<QueueEntry> taken = new ArrayList<>();
      for (int step = 1; step <= 400; step++) {
        if (random.nextInt(3) > 0) {
          QueueEntry entry = entry(random.nextInt(4) + 1, step);
          queue.add(entry);
          added.add(entry);
        } else {
          queue.poll().ifPresent(taken::add);
        }
        assertThat(queue.size()).as("seed %d", seed).isEqualTo(added.size() - taken.size());
      }
      while (!queue.isEmpty()) {
        queue.poll().ifPresent(taken::add);
      }
      assertThat(taken).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(added);
    }
  }

  static QueueEntry entry(int priority, long arrival) {
    return new QueueEntry(0, arrival, priority, Long.MAX_VALUE, 1);
  }
}

package dev.millrace.operators.queue;

import static dev.millrace.operators.queue.Entries.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
  void anEmptyQueueHasNothingToShow() {
    RequestQueue queue = newQueue();

    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.peek(NOW)).isEmpty();
    assertThat(queue.peek(ShapeLanes.FIXED, NOW)).isEmpty();
    assertThat(queue.mostUrgent()).isEmpty();
    assertThat(queue.mostDispensable()).isEmpty();
    assertThat(queue.mostDispensable("tenant")).isEmpty();
    assertThat(queue.earliestDeadline()).isEmpty();
    assertThat(queue.oldestArrival()).isEmpty();
    assertThat(queue.named(1)).isEmpty();
    assertThat(queue.rows()).isZero();
  }

  @Test
  void peekingTakesNothing() {
    RequestQueue queue = newQueue();
    queue.add(new Entries().next(), "tenant");

    assertThat(queue.peek(NOW)).isPresent().isEqualTo(queue.peek(NOW));
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void anEntryWaitsOnceAndWaitsAgainAsAnother() {
    RequestQueue queue = newQueue();
    QueueEntry entry = new Entries().next();
    queue.add(entry, "tenant");
    assertThatIllegalArgumentException().isThrownBy(() -> queue.add(entry, "tenant"));

    queue.serve(entry, NOW);

    assertThatIllegalArgumentException().isThrownBy(() -> queue.add(entry, "tenant"));
    queue.add(entry.again(), "tenant");
    assertThat(queue.peek(NOW)).contains(entry);
  }

  @Test
  void onlyWhatWaitsHereCanLeave() {
    RequestQueue queue = newQueue();
    RequestQueue other = newQueue();
    Entries entries = new Entries();
    QueueEntry stranger = entries.next();
    QueueEntry elsewhere = entries.next();
    QueueEntry gone = entries.next();
    queue.add(entries.next(), "tenant");
    other.add(elsewhere, "tenant");
    queue.add(gone, "tenant");
    queue.remove(gone);

    for (QueueEntry entry : List.of(stranger, elsewhere, gone)) {
      assertThatIllegalArgumentException().isThrownBy(() -> queue.remove(entry));
      assertThatIllegalArgumentException().isThrownBy(() -> queue.serve(entry, NOW));
      assertThatIllegalArgumentException().isThrownBy(() -> queue.rowsCompetingWith(entry));
    }
    assertThat(queue.size()).isEqualTo(1);
    assertThat(other.size()).isEqualTo(1);
  }

  @Test
  void findsTheRequestsOfANameUntilTheyHaveLeft() {
    RequestQueue queue = newQueue();
    Entries entries = new Entries();
    QueueEntry first = entries.name(7).next();
    QueueEntry second = entries.next();
    QueueEntry third = entries.next();
    QueueEntry other = entries.name(8).next();
    for (QueueEntry entry : List.of(first, second, third, other)) {
      queue.add(entry, "tenant");
    }

    assertThat(queue.named(7)).containsExactlyInAnyOrder(first, second, third);
    queue.remove(second);
    assertThat(queue.named(7)).containsExactlyInAnyOrder(first, third);
    queue.remove(third);
    assertThat(queue.named(7)).containsExactly(first);
    queue.remove(first);
    assertThat(queue.named(7)).isEmpty();
    assertThat(queue.named(8)).containsExactly(other);
  }

  @Test
  void everyEntryComesOutOnceWhateverTheInterleaving() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      RequestQueue queue = newQueue();
      Entries entries = new Entries();
      Set<QueueEntry> added = new HashSet<>();
      List<QueueEntry> taken = new ArrayList<>();
      for (int step = 1; step <= 400; step++) {
        if (random.nextInt(3) > 0) {
          QueueEntry entry = entries.priority(random.nextInt(4) + 1).next();
          queue.add(entry, "tenant " + random.nextInt(5));
          added.add(entry);
        } else {
          serveNext(queue, taken);
        }
        assertThat(queue.size()).as("seed %d", seed).isEqualTo(added.size() - taken.size());
      }
      while (!queue.isEmpty()) {
        serveNext(queue, taken);
      }
      assertThat(taken).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(added);
    }
  }

  private static void serveNext(RequestQueue queue, List<QueueEntry> taken) {
    queue
        .peek(NOW)
        .ifPresent(
            next -> {
              queue.serve(next, NOW);
              taken.add(next);
            });
  }
}

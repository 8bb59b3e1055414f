package dev.millrace.operators.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PriorityRequestQueueTest extends RequestQueueContract {
  @Override
  RequestQueue newQueue() {
    return new PriorityRequestQueue();
  }

  @Test
  void servesTheSmallerPriorityNumberFirst() {
    RequestQueue queue = newQueue();
    queue.add(entry(9, 1));
    queue.add(entry(1, 2));
    queue.add(entry(5, 3));

    assertThat(queue.poll()).map(QueueEntry::priority).isEqualTo(Optional.of(1));
    assertThat(queue.poll()).map(QueueEntry::priority).isEqualTo(Optional.of(5));
    assertThat(queue.poll()).map(QueueEntry::priority).isEqualTo(Optional.of(9));
  }

  @Test
  void servesTheEarlierArrivalFirstWithinAPriority() {
    RequestQueue queue = newQueue();
    queue.add(entry(3, 20));
    queue.add(entry(3, 10));
    queue.add(entry(3, 30));

    assertThat(queue.poll()).map(QueueEntry::arrival).isEqualTo(Optional.of(10L));
    assertThat(queue.poll()).map(QueueEntry::arrival).isEqualTo(Optional.of(20L));
    assertThat(queue.poll()).map(QueueEntry::arrival).isEqualTo(Optional.of(30L));
  }
}

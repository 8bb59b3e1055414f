package dev.millrace.operators.queue;

import static dev.millrace.operators.queue.Entries.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/** What the index of waiting requests takes on the heap. */
class QueueFootprintTest {
  private static final int REQUESTS = 200_000;
  private static final long MOST_BYTES = 150;

  static {
    // Comparators are hidden classes, whose fields only this finds.
    System.setProperty("jol.magicFieldOffset", "true");
  }

  private final FairRequestQueue queue =
      new FairRequestQueue(TenantWeights.EQUAL, Duration.ofMinutes(1));
  private final Entries entries = new Entries();
  private final List<QueueEntry> waiting = new ArrayList<>();

  @Test
  void aWaitingRequestTakesLessThan150Bytes() {
    fill();

    assertThat(bytesPerRequest()).isLessThan(MOST_BYTES);
  }

  @Test
  void soItIsWhileAsManyLeaveOutOfTurnAsCome() {
    fill();
    Random random = new Random(2);
    long worst = 0;
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < REQUESTS / 10; i++) {
        QueueEntry gone = waiting.get(random.nextInt(waiting.size()));
        if (gone.isWaiting()) {
          queue.remove(gone);
          waiting.add(add(random));
        }
      }
      worst = Math.max(worst, bytesPerRequest());
    }

    assertThat(worst).isLessThan(MOST_BYTES);
  }

  @Test
  void anEmptiedQueueHoldsNoneOfThoseThatWaited() {
    fill();
    waiting.forEach(queue::remove);

    // The arrays of the heaps stay as large as they were, for the next time.
    assertThat(GraphLayout.parseInstance(queue).totalSize()).isLessThan(30L * REQUESTS);
    assertThat(GraphLayout.parseInstance(queue).getClassCounts().count(QueueEntry.class))
        .isLessThan(200);
  }

  @Test
  void aMillionTenantsThatCameOnceAreForgotten() {
    // One that always waits keeps the level, and with it what it remembers, alive.
    queue.add(entries.next(), "constant");
    for (int tenant = 0; tenant < 1_000_000; tenant++) {
      queue.add(entries.next(), "tenant " + tenant);
      queue.add(entries.next(), "constant");
      queue.serve(queue.peek(NOW).orElseThrow(), NOW);
      queue.serve(queue.peek(NOW).orElseThrow(), NOW);
    }

    assertThat(queue.size()).isLessThan(10);
    assertThat(GraphLayout.parseInstance(queue).totalSize()).isLessThan(200_000);
  }

  private void fill() {
    Random random = new Random(1);
    for (int i = 0; i < REQUESTS; i++) {
      waiting.add(add(random));
    }
  }

  private QueueEntry add(Random random) {
    QueueEntry entry =
        entries
            .priority(1 + random.nextInt(3))
            .deadline(NOW + random.nextInt(1_000_000))
            .name(random.nextLong())
            .next();
    queue.add(entry, "tenant " + random.nextInt(20));
    return entry;
  }

  private long bytesPerRequest() {
    return GraphLayout.parseInstance(queue).totalSize() / queue.size();
  }
}

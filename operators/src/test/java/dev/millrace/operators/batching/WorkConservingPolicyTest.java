package dev.millrace.operators.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.operators.queue.PriorityRequestQueue;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkConservingPolicyTest {
  private static final long NOW = 1_000;
  private static final int NO_LIMIT = 1_000;

  private final RequestQueue queue = new PriorityRequestQueue();
  private long arrivals;

  @Test
  void dispatchesWhenAStreamFreesEvenIfTheBatchIsSmall() {
    QueueEntry only = wait(1);

    assertThat(policy(64).decide(queue, 64, NOW)).isEqualTo(dispatch(only));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void waitsWhileTheEngineIsBusy() {
    wait(1);

    assertThat(policy(64).decide(queue, 0, NOW)).isEqualTo(new BatchDecision.Wait());
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void waitsWhenNothingWaits() {
    assertThat(policy(64).decide(queue, 64, NOW)).isEqualTo(new BatchDecision.Wait());
  }

  @Test
  void takesNoMoreThanTheEngineWould() {
    QueueEntry first = wait(1);
    QueueEntry second = wait(1);
    wait(1);

    assertThat(policy(64).decide(queue, 2, NOW)).isEqualTo(dispatch(first, second));
  }

  @Test
  void countsRowsNotRequestsAgainstTheBatchLimit() {
    QueueEntry first = wait(3);
    QueueEntry second = wait(4);
    wait(2);

    assertThat(policy(8).decide(queue, NO_LIMIT, NOW)).isEqualTo(dispatch(first, second));
  }

  @Test
  void servesARequestAloneThatIsLargerThanABatch() {
    QueueEntry large = wait(9);
    wait(1);

    assertThat(policy(8).decide(queue, NO_LIMIT, NOW)).isEqualTo(dispatch(large));
  }

  @Test
  void dropsWhatHasExpiredBeforeItDispatches() {
    QueueEntry expired = wait(1, NOW);
    QueueEntry alive = wait(1, NOW + 1);

    assertThat(policy(8).decide(queue, 8, NOW)).isEqualTo(new BatchDecision.Drop(List.of(expired)));
    assertThat(policy(8).decide(queue, 8, NOW)).isEqualTo(dispatch(alive));
  }

  @Test
  void leavesAnExpiredRequestBehindTheBatchForTheNextDecision() {
    QueueEntry alive = wait(1, NOW + 1);
    QueueEntry expired = wait(1, NOW);

    assertThat(policy(8).decide(queue, 8, NOW)).isEqualTo(dispatch(alive));
    assertThat(policy(8).decide(queue, 8, NOW)).isEqualTo(new BatchDecision.Drop(List.of(expired)));
  }

  @Test
  void neverExceedsALimitNeverDispatchesTheExpiredAndNeverIdles() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int maximumRows = random.nextInt(16) + 1;
      BatchPolicy policy = policy(maximumRows);
      for (int step = 0; step < 200; step++) {
        long now = NOW + step;
        for (int arriving = random.nextInt(4); arriving > 0; arriving--) {
          long deadline = random.nextBoolean() ? Long.MAX_VALUE : now + random.nextInt(20);
          wait(random.nextInt(maximumRows) + 1, deadline);
        }
        int capacity = random.nextInt(5);
        int before = queue.size();
        BatchDecision decision = policy.decide(queue, capacity, now);
        if (decision instanceof BatchDecision.Dispatch dispatch) {
          assertThat(dispatch.requests()).hasSizeLessThanOrEqualTo(capacity);
          assertThat(dispatch.requests().stream().mapToInt(QueueEntry::rows).sum())
              .as("seed %d", seed)
              .isLessThanOrEqualTo(maximumRows);
          assertThat(dispatch.requests()).allMatch(entry -> entry.deadline() > now);
        } else if (decision instanceof BatchDecision.Drop drop) {
          assertThat(drop.expired()).isNotEmpty().allMatch(entry -> entry.deadline() <= now);
        } else {
          assertThat(capacity == 0 || before == 0).as("seed %d idles", seed).isTrue();
        }
      }
    }
  }

  private static BatchPolicy policy(int maximumRows) {
    return new WorkConservingPolicy(maximumRows);
  }

  private static BatchDecision dispatch(QueueEntry... entries) {
    return new BatchDecision.Dispatch(List.of(entries));
  }

  private QueueEntry wait(int rows) {
    return wait(rows, Long.MAX_VALUE);
  }

  private QueueEntry wait(int rows, long deadline) {
    QueueEntry entry = new QueueEntry(0, ++arrivals, 1, deadline, rows);
    queue.add(entry);
    return entry;
  }
}

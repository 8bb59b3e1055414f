package dev.millrace.operators.batching;

import static dev.millrace.operators.batching.Waiting.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.ShapeLanes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdaptiveBatchPolicyTest {
  private static final int NO_LIMIT = 1_000;

  private final LatencyModel latency = new LatencyModel();
  private final BatchKnee knee = new BatchKnee();
  private final BatchPolicy policy = policy(ServingPolicy.ofBatches(8));
  private final Waiting waiting = new Waiting(policy);

  @Test
  void dispatchesWhenAStreamFreesEvenIfTheBatchIsSmall() {
    QueueEntry only = waiting.add(1);

    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(dispatch(only));
    assertThat(waiting.queue.isEmpty()).isTrue();
  }

  @Test
  void waitsForAnEventWhileTheEngineIsBusyOrNothingWaits() {
    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(BatchDecision.WaitUntil.EVENT);
    waiting.add(1);

    assertThat(waiting.decide(0, NOW)).isEqualTo(BatchDecision.WaitUntil.EVENT);
    assertThat(waiting.queue.size()).isEqualTo(1);
  }

  @Test
  void takesNoMoreRequestsThanTheEngineWouldAndNoMoreRowsThanABatch() {
    QueueEntry first = waiting.add(3);
    QueueEntry second = waiting.add(4);
    QueueEntry third = waiting.add(2);

    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(dispatch(first, second));
    QueueEntry fourth = waiting.add(1);
    assertThat(waiting.decide(1, NOW)).isEqualTo(dispatch(third));
    assertThat(waiting.decide(1, NOW)).isEqualTo(dispatch(fourth));
  }

  @Test
  void servesARequestAloneThatIsLargerThanABatch() {
    QueueEntry large = waiting.add(9);
    waiting.add(1);

    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(dispatch(large));
  }

  @Test
  void dropsWhatHasExpiredAndWhatWouldBeLateBeforeItDispatches() {
    learn(10, 1);
    QueueEntry expired = waiting.add(1, NOW, NOW);
    QueueEntry hopeless = waiting.add(1, NOW + 10, NOW);
    QueueEntry alive = waiting.add(1, NOW + 30, NOW);

    assertThat(waiting.decide(NO_LIMIT, NOW))
        .isEqualTo(new BatchDecision.Drop(List.of(expired, hopeless)));
    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(dispatch(alive));
  }

  @Test
  void asksToBeCalledWhenTheNextOneBecomesHopelessAndDropsItThen() {
    learn(10, 1);
    QueueEntry doomed = waiting.add(1, NOW + 100, NOW);
    BatchDecision decision = waiting.decide(0, NOW);

    assertThat(decision).isInstanceOf(BatchDecision.WaitUntil.class);
    long time = ((BatchDecision.WaitUntil) decision).time();
    assertThat(time).isBetween(NOW + 80, NOW + 90);
    assertThat(waiting.decide(0, time - 1)).isEqualTo(decision);
    assertThat(waiting.decide(0, time)).isEqualTo(new BatchDecision.Drop(List.of(doomed)));
  }

  @Test
  void theBatchIsAsLargeAsItsTightestDeadlineAllows() {
    learn(10, 10);
    QueueEntry tight = waiting.add(1, NOW + 45, NOW);
    QueueEntry second = waiting.add(1);
    QueueEntry third = waiting.add(1);
    waiting.add(1);

    // Three rows take 40 milliseconds, four would take 50.
    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(dispatch(tight, second, third));
  }

  @Test
  void batchesAreOfOneShapeLaneAndLongOnesTakeLonger() {
    int shape = ShapeLanes.of(10);
    learn(10, 1);
    latency.observe(20, 30);
    QueueEntry first = waiting.add(1, NOW + 45, 1, shape, NOW);
    waiting.add(1);
    QueueEntry second = waiting.add(1, Long.MAX_VALUE, 5, shape, NOW);
    QueueEntry third = waiting.add(1, Long.MAX_VALUE, 5, shape, NOW);
    waiting.add(1, Long.MAX_VALUE, 5, shape, NOW);

    // Three rows of length 10 take 40 milliseconds.
    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(dispatch(first, second, third));
  }

  @Test
  void fillsTheLargestPreferredSizeThatWaits() {
    BatchPolicy preferring = policy(serving(List.of(2, 4, 100), Duration.ZERO));
    Waiting many = new Waiting(preferring);
    for (int i = 0; i < 7; i++) {
      many.add(1);
    }

    assertThat(sizeOf(many.decide(NO_LIMIT, NOW))).isEqualTo(4);
    assertThat(sizeOf(many.decide(NO_LIMIT, NOW))).isEqualTo(2);
    assertThat(sizeOf(many.decide(NO_LIMIT, NOW))).isEqualTo(1);
  }

  @Test
  void lingersAsLongAsToldAndNoLonger() {
    Waiting few = new Waiting(policy(serving(List.of(), Duration.ofMillis(20))));
    few.add(1);
    few.add(1, Long.MAX_VALUE, NOW + 15);

    assertThat(few.decide(NO_LIMIT, NOW + 15)).isEqualTo(new BatchDecision.WaitUntil(NOW + 20));
    assertThat(sizeOf(few.decide(NO_LIMIT, NOW + 20))).isEqualTo(2);
  }

  @Test
  void doesNotLingerWhenTheBatchOrTheEngineIsFull() {
    Waiting full = new Waiting(policy(serving(List.of(), Duration.ofMillis(20))));
    for (int i = 0; i < 8; i++) {
      full.add(1);
    }
    assertThat(sizeOf(full.decide(NO_LIMIT, NOW))).isEqualTo(8);

    full.add(1);
    full.add(1);
    assertThat(sizeOf(full.decide(2, NOW))).isEqualTo(2);
  }

  @Test
  void doesNotLingerInTheWayOfADeadline() {
    learn(10, 1);
    Waiting few = new Waiting(policy(serving(List.of(), Duration.ofSeconds(10))));
    few.add(1, NOW + 100, NOW);

    BatchDecision decision = few.decide(NO_LIMIT, NOW);
    assertThat(decision).isInstanceOf(BatchDecision.WaitUntil.class);
    long time = ((BatchDecision.WaitUntil) decision).time();
    assertThat(time).isBetween(NOW + 50, NOW + 85);
    assertThat(sizeOf(few.decide(NO_LIMIT, time))).isEqualTo(1);
  }

  @Test
  void triesOneAgainWhenThePredictionSaysThatNothingCanBeInTime() {
    for (int i = 0; i < 100; i++) {
      latency.observe(1, 1_000);
    }
    int dropped = 0;
    BatchDecision decision = drop();
    for (; decision instanceof BatchDecision.Drop; dropped++) {
      decision = drop();
    }
    assertThat(dropped).isBetween(10, 100);
    assertThat(sizeOf(decision)).isEqualTo(1);

    // The engine has recovered: some tries later nothing is dropped any more.
    for (int i = 0; i < 8 * dropped; i++) {
      if (drop() instanceof BatchDecision.Dispatch) {
        policy.observe(1, 5);
      }
    }
    assertThat(drop()).isInstanceOf(BatchDecision.Dispatch.class);
    assertThat(drop()).isInstanceOf(BatchDecision.Dispatch.class);
  }

  @Test
  void beginsWithSmallBatchesWhereItKnowsNothingOfLargeOnesAndDeadlinesAreAtStake() {
    for (int i = 0; i < 20; i++) {
      waiting.add(1, NOW + 10_000, NOW);
    }

    assertThat(sizeOf(waiting.decide(NO_LIMIT, NOW))).isEqualTo(1);
    latency.observe(1, 5);
    assertThat(sizeOf(waiting.decide(NO_LIMIT, NOW))).isEqualTo(2);
    latency.observe(2, 6);
    assertThat(sizeOf(waiting.decide(NO_LIMIT, NOW))).isEqualTo(4);
  }

  @Test
  void fillsTheFirstBatchWhereNoDeadlineIsAtStake() {
    for (int i = 0; i < 20; i++) {
      waiting.add(1);
    }

    assertThat(sizeOf(waiting.decide(NO_LIMIT, NOW))).isEqualTo(8);
  }

  @Test
  void aBatchIsNoLargerThanPaysUnlessThatSizeIsPreferred() {
    learn(1, 10);
    BatchPolicy preferring = policy(serving(List.of(1, 4, 8), Duration.ZERO));
    Waiting many = new Waiting(preferring);
    for (int i = 0; i < 8; i++) {
      waiting.add(1);
      many.add(1);
    }

    // Two rows take 22 milliseconds with what a batch costs elsewhere, eight 82.
    assertThat(sizeOf(waiting.decide(NO_LIMIT, NOW))).isEqualTo(2);
    assertThat(sizeOf(many.decide(NO_LIMIT, NOW))).isEqualTo(4);
  }

  @Test
  void dropsUnderOverloadThoseThatWouldForceASmallBatch() {
    learn(10, 1);
    QueueEntry tight = waiting.add(1, NOW + 40, NOW);
    for (int i = 0; i < 200; i++) {
      waiting.add(1, NOW + 50, NOW);
    }

    // There is time for it in a batch of 8, but only 8 of 200 can be in time anyway.
    assertThat(waiting.decide(NO_LIMIT, NOW)).isInstanceOf(BatchDecision.Dispatch.class);
    assertThat(tight.isWaiting()).isFalse();
    QueueEntry tighter = waiting.add(1, NOW + 14, NOW);
    assertThat(waiting.decide(NO_LIMIT, NOW)).isEqualTo(new BatchDecision.Drop(List.of(tighter)));
  }

  @Test
  void dropsNobodyForTheSakeOfLessUrgentRequests() {
    learn(10, 1);
    for (int i = 0; i < 200; i++) {
      waiting.add(1, NOW + 50, NOW);
    }
    QueueEntry urgent = waiting.add(1, NOW + 14, 1, ShapeLanes.FIXED, NOW);

    BatchDecision decision = waiting.decide(NO_LIMIT, NOW);
    assertThat(decision).isInstanceOf(BatchDecision.Dispatch.class);
    assertThat(((BatchDecision.Dispatch) decision).requests()).contains(urgent);
  }

  private BatchDecision drop() {
    waiting.add(1, NOW + 100, NOW);
    return waiting.decide(NO_LIMIT, NOW);
  }

  @Test
  void batchesAreSmallerForAWhileOnceARequestHasOvertakenOneThatHadWaitedForLonger() {
    learn(3, 12);
    for (int i = 0; i < 20; i++) {
      waiting.add(1, Long.MAX_VALUE, 5, ShapeLanes.FIXED, NOW);
    }
    int inLine = size(waiting.decide(NO_LIMIT, NOW + 100));
    waiting.add(1, Long.MAX_VALUE, 1, ShapeLanes.FIXED, NOW + 100);
    int overtaking = size(waiting.decide(NO_LIMIT, NOW + 100));

    assertThat(inLine).isEqualTo(3);
    assertThat(overtaking).isEqualTo(1);
    assertThat(size(waiting.decide(NO_LIMIT, NOW + 200))).isEqualTo(1);
    assertThat(size(waiting.decide(NO_LIMIT, NOW + 60_000))).isEqualTo(inLine);
  }

  private static int size(BatchDecision decision) {
    return ((BatchDecision.Dispatch) decision).requests().size();
  }

  /** Teaches exactly a + b · cost milliseconds. */
  private void learn(double perBatch, double perRow) {
    for (int i = 0; i < 200; i++) {
      int rows = 1 + i % 8;
      latency.observe(rows, perBatch + perRow * rows);
      knee.observe(rows, perBatch + perRow * rows);
    }
  }

  private BatchPolicy policy(ServingPolicy serving) {
    return new AdaptiveBatchPolicy(serving, 8, latency, knee);
  }

  private static ServingPolicy serving(List<Integer> preferred, Duration linger) {
    return new ServingPolicy(
        8, preferred, linger, ServingPolicy.UNBOUNDED, ServingPolicy.DEFAULT_PRIORITY, null, null);
  }

  private static BatchDecision dispatch(QueueEntry... entries) {
    return new BatchDecision.Dispatch(List.of(entries));
  }

  private static int sizeOf(BatchDecision decision) {
    return decision instanceof BatchDecision.Dispatch dispatch ? dispatch.requests().size() : 0;
  }
}

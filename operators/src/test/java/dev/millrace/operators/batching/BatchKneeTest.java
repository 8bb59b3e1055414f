package dev.millrace.operators.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchKneeTest {
  private static final int BATCHES = 10_000;

  private final BatchKnee knee = new BatchKnee();

  @Test
  void aBatchThatPaysScoresATenthLessThanAnEndlessOneAndNoneSmallerDoes() {
    for (int i = 0; i < 64; i++) {
      knee.observe(1 + i % 16, 5 + 10 * (1 + i % 16));
    }
    double enough = 0.9 / 10;

    long rows = knee.rows(16, 1, false);
    assertThat(rows / (1 + 5 + 10.0 * rows)).isGreaterThanOrEqualTo(enough);
    assertThat((rows - 1) / (1 + 5 + 10.0 * (rows - 1))).isLessThan(enough);
    assertThat(knee.rows(16, 4, false)).as("rows of length 4: each is worth four").isLessThan(rows);
    assertThat(knee.rows(4, 1, false)).as("no batch comes near that").isEqualTo(4);
  }

  @Test
  void batchesAreSmallerWhereSomeOvertakeOthersUnlessNobodyWouldNotice() {
    knee.rehearsed(1, 14);
    knee.rehearsed(16, 14 + 15 * 12);
    assertThat(knee.rows(16, 1, false)).isEqualTo(3);
    assertThat(knee.rows(16, 1, true)).isEqualTo(1);

    BatchKnee fast = new BatchKnee();
    fast.rehearsed(1, 0.5);
    fast.rehearsed(64, 0.5 + 63 * 0.1);
    assertThat(fast.rows(64, 1, true)).isEqualTo(64);
  }

  @Test
  void theLargestBatchPaysWhereRowsCostNothingOrNobodyKnows() {
    assertThat(knee.rows(64, 1, false)).isEqualTo(64);
    for (int i = 0; i < 50; i++) {
      knee.observe(2, 20);
    }
    assertThat(knee.rows(64, 1, false)).as("one size only").isEqualTo(64);
    for (int i = 0; i < 50; i++) {
      knee.observe(64, 20);
    }
    assertThat(knee.rows(64, 1, false)).as("no slope").isEqualTo(64);
  }

  @Test
  void batchesStaySmallHoweverNoisyAnEngineIsThatScoresRowByRow() {
    Random random = new Random(7);
    double rows = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      long next = knee.rows(16, 1, false);
      rows += next;
      knee.observe(next, (0.5 + 13.5 * next) * (1 + random.nextExponential()));
    }
    assertThat(rows / BATCHES).isLessThan(3);
  }

  @Test
  void batchesGrowAgainWhenTheEngineBecomesOneThatScoresAllRowsAtOnce() {
    for (int batch = 0; batch < BATCHES; batch++) {
      long next = knee.rows(16, 1, false);
      knee.observe(next, 0.5 + 13.5 * next);
    }
    assertThat(knee.rows(16, 1, false)).isLessThan(4);
    for (int batch = 0; batch < BATCHES; batch++) {
      long next = knee.rows(16, 1, false);
      knee.observe(next, 14 + 0.1 * next);
    }
    assertThat(knee.rows(16, 1, false)).isEqualTo(16);
  }

  @Test
  void largeBatchesOfAProcessThatHasJustBegunMakeNoneSmallAfterThat() {
    double rows = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      long next = batch < 16 && batch % 2 == 0 ? 2 : knee.rows(64, 1, false);
      rows += next;
      double coldness = 1 + 100 * Math.exp(-batch / 20.0);
      knee.observe(next, (0.2 + 0.05 * next) * coldness);
    }
    assertThat(rows / BATCHES).isGreaterThan(60);
  }

  @Test
  void knowsFromTheRehearsalWhatPaysBeforeTheFirstRequest() {
    knee.rehearsed(1, 14);
    assertThat(knee.rows(16, 1, false)).as("one size only").isEqualTo(16);
    knee.rehearsed(16, 206);
    assertThat(knee.rows(16, 1, false)).isLessThan(4);
  }

  @Test
  void aRehearsalThatWasSlowerThanTheEngineIsForgotten() {
    knee.rehearsed(1, 14);
    knee.rehearsed(64, 800);
    for (int batch = 0; batch < BATCHES; batch++) {
      long next = knee.rows(64, 1, false);
      knee.observe(next, 10 + 0.1 * next);
    }
    assertThat(knee.rows(64, 1, false)).isEqualTo(64);
  }
}

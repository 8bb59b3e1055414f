package dev.millrace.operators.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyModelTest {
  private static final double PER_BATCH = 3.8;
  private static final double PER_ROW = 12.5;

  private final LatencyModel model = new LatencyModel();
  private final Random random = new Random(42);

  @Test
  void predictsNothingBeforeItHasSeenABatch() {
    assertThat(model.isKnown()).isFalse();
    assertThat(model.predict(64)).isZero();
  }

  @Test
  void learnsBothParametersFromNoisyBatches() {
    for (int i = 0; i < 300; i++) {
      observe(1 + random.nextInt(16), 0.05);
    }

    assertThat(model.perRow()).isCloseTo(PER_ROW, within(0.1 * PER_ROW));
    assertThat(model.perBatch()).isCloseTo(PER_BATCH, within(0.05 * latency(8)));
    assertThat(withoutMargin(8)).isCloseTo(latency(8), within(0.05 * latency(8)));
  }

  @Test
  void aBatchThatTookTenTimesAsLongHardlyMovesTheLine() {
    for (int i = 0; i < 300; i++) {
      observe(1 + random.nextInt(16), 0.05);
      if (i % 40 == 39) {
        model.observe(8, 10 * latency(8));
      }
    }

    assertThat(withoutMargin(8)).isCloseTo(latency(8), within(0.15 * latency(8)));
  }

  @Test
  void followsAnEngineThatBecomesSlowerOrFaster() {
    for (double factor : new double[] {1, 4, 0.5}) {
      for (int i = 0; i < 200; i++) {
        int rows = 1 + random.nextInt(16);
        model.observe(rows, factor * latency(rows));
      }
      assertThat(model.predict(8))
          .as("%s times as slow", factor)
          .isCloseTo(factor * latency(8), within(0.2 * factor * latency(8)));
    }
  }

  @Test
  void aFirstBatchThatTookVeryLongIsSoonForgotten() {
    // A full one, that paid for whatever an engine does but once.
    model.observe(16, 2_000);
    assertThat(model.predict(1)).isGreaterThan(1_000);

    model.observe(1, latency(1));
    assertThat(model.predict(1)).as("no more than its share").isLessThan(2_000 / 16.0);
    for (int i = 0; i < 5; i++) {
      model.observe(1, latency(1));
    }
    assertThat(model.predict(1)).isLessThan(3 * latency(1));
  }

  @Test
  void trustsItselfForTwiceTheLargestBatch() {
    assertThat(model.trusted()).isZero();
    model.observe(4, 10);
    model.observe(1, 3);

    assertThat(model.trusted()).isEqualTo(8);
  }

  @Test
  void theMarginShrinksWhenBatchesBecomeSteady() {
    for (int i = 0; i < 300; i++) {
      observe(1 + random.nextInt(16), 0.3);
    }
    double margin = model.margin();
    for (int i = 0; i < 1_000; i++) {
      observe(1 + random.nextInt(16), 0);
    }

    assertThat(model.margin()).isLessThan(0.05 * margin);
  }

  @Test
  void forgetsAnEngineThatIsGone() {
    for (int i = 0; i < 100; i++) {
      model.observe(1, 1_000);
    }
    for (int i = 0; i < 6; i++) {
      model.observe(1, 5);
    }

    assertThat(model.predict(1)).isLessThan(10);
  }

  @Test
  void theMarginHoldsForNineteenBatchesInTwenty() {
    for (int i = 0; i < 500; i++) {
      observe(1 + random.nextInt(16), 0.1);
    }
    int longer = 0;
    int batches = 4_000;
    for (int i = 0; i < batches; i++) {
      int rows = 1 + random.nextInt(16);
      double milliseconds = noisy(rows, 0.1);
      longer += milliseconds > model.predict(rows) ? 1 : 0;
      model.observe(rows, milliseconds);
    }

    assertThat((double) longer / batches).isBetween(0.02, 0.08);
  }

  @Test
  void whereAllBatchesHaveOneSizeItGuessesCarefullyOnBothSides() {
    for (int i = 0; i < 100; i++) {
      model.observe(8, 100);
    }

    assertThat(model.predict(8)).isCloseTo(100, within(1.0));
    assertThat(model.predict(16)).isCloseTo(200, within(1.0));
    assertThat(model.predict(1)).isCloseTo(100, within(1.0));
    assertThat(model.perRow()).isZero();
    assertThat(model.perBatch()).isCloseTo(100, within(1.0));
  }

  @Test
  void aFirstBatchOfAnotherSizeReplacesTheGuess() {
    for (int i = 0; i < 20; i++) {
      model.observe(64, 4.1);
    }
    model.observe(1, 0.2);

    assertThat(model.predict(1)).isLessThan(0.5);
    assertThat(model.predict(64)).isCloseTo(4.1, within(0.5));
  }

  @Test
  void isNeverNegativeWhateverItSees() {
    for (long seed = 0; seed < 200; seed++) {
      Random wild = new Random(seed);
      LatencyModel any = new LatencyModel();
      for (int i = 0; i < 200; i++) {
        any.observe(1 + wild.nextInt(1 << wild.nextInt(20)), Math.exp(10 * wild.nextGaussian()));
        assertThat(any.perBatch())
            .as("seed %d: a", seed)
            .isGreaterThanOrEqualTo(-1e-6 * any.predict(1));
        assertThat(any.perRow()).as("seed %d: b", seed).isNotNegative();
        assertThat(any.margin()).as("seed %d: margin", seed).isNotNegative();
        assertThat(any.predict(1)).as("seed %d: 1 row", seed).isNotNegative().isFinite();
        assertThat(any.predict(1_000)).as("seed %d", seed).isGreaterThanOrEqualTo(any.predict(1));
      }
    }
  }

  private double withoutMargin(int rows) {
    double line = model.perBatch() + model.perRow() * rows;
    assertThat(model.predict(rows)).isGreaterThanOrEqualTo(line);
    return line;
  }

  private void observe(int rows, double noise) {
    model.observe(rows, noisy(rows, noise));
  }

  private double noisy(int rows, double noise) {
    return latency(rows) * Math.exp(noise * random.nextGaussian());
  }

  private static double latency(int rows) {
    return PER_BATCH + PER_ROW * rows;
  }
}

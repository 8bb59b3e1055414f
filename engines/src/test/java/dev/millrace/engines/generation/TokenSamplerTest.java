package dev.millrace.engines.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.engines.GeneratedToken;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private static final int DRAWS = 40_000;

  /** Of probabilities 0.4, 0.1, 0.3, 0.2. */
  private final Logits logits = logits(0.4, 0.1, 0.3, 0.2);

  private static Logits logits(double... probabilities) {
    Logits logits = new Logits(1, probabilities.length);
    for (int token = 0; token < probabilities.length; token++) {
      // Logits are known up to a constant.
      logits.values()[token] = (float) (Math.log(probabilities[token]) + 3);
    }
    return logits;
  }

  private static TokenSampler sampler(Asked asked) {
    return new TokenSampler(asked.sampling(), asked.seed(), 0, new SamplerScratch(4));
  }

  private double[] shares(Asked asked) {
    TokenSampler sampler = sampler(asked);
    double[] shares = new double[4];
    for (int position = 0; position < DRAWS; position++) {
      shares[sampler.choose(logits, 0, position).id()] += 1.0 / DRAWS;
    }
    return shares;
  }

  private void assertShares(Asked asked, double... expected) {
    double[] shares = shares(asked);
    for (int token = 0; token < expected.length; token++) {
      assertThat(shares[token])
          .as(Arrays.toString(shares))
          .isCloseTo(expected[token], within(0.015));
      if (expected[token] == 0) {
        assertThat(shares[token]).isZero();
      }
    }
  }

  private static Asked drawn() {
    return Asked.of("x").seeded(3, 1);
  }

  @Test
  void withoutTemperatureTheMostProbableIsChosenAndOfEqualsTheFirst() {
    TokenSampler greedy = sampler(Asked.of("x"));
    assertThat(greedy.choose(logits, 0, 0).id()).isZero();
    assertThat(greedy.choose(logits(0.2, 0.4, 0.4), 0, 0).id()).isEqualTo(1);
  }

  @Test
  void drawsByProbability() {
    assertShares(drawn(), 0.4, 0.1, 0.3, 0.2);
  }

  @Test
  void aTemperatureSharpensOrFlattens() {
    double total = 0.16 + 0.01 + 0.09 + 0.04;
    assertShares(drawn().seeded(3, 0.5), 0.16 / total, 0.01 / total, 0.09 / total, 0.04 / total);
  }

  @Test
  void topKLeavesTheMostProbable() {
    assertShares(drawn().among(2, 1), 4 / 7.0, 0, 3 / 7.0, 0);
    assertShares(drawn().among(9, 1), 0.4, 0.1, 0.3, 0.2);
  }

  @Test
  void topPLeavesTheFewestThatHaveThatShare() {
    assertShares(drawn().among(0, 0.6), 4 / 7.0, 0, 3 / 7.0, 0);
    assertShares(drawn().among(0, 0.75), 4 / 9.0, 0, 3 / 9.0, 2 / 9.0);
    assertShares(drawn().among(0, 0), 1, 0, 0, 0);
  }

  @Test
  void topPIsAShareOfWhatTopKLeaves() {
    assertShares(drawn().among(2, 0.5), 1, 0, 0, 0);
    assertShares(drawn().among(3, 0.7), 4 / 7.0, 0, 3 / 7.0, 0);
  }

  @Test
  void penaltiesCountWhatWasGenerated() {
    TokenSampler sampler = sampler(Asked.of("x").penalised(0, 0.2));
    assertThat(sampler.choose(logits, 0, 0).id()).isZero();
    sampler.generated(0);
    // ln 0.4 - 0.2 > ln 0.3 > ln 0.4 - 0.4
    assertThat(sampler.choose(logits, 0, 1).id()).isZero();
    sampler.generated(0);
    assertThat(sampler.choose(logits, 0, 2).id()).isEqualTo(2);
    TokenSampler present = sampler(Asked.of("x").penalised(0.2, 0));
    present.generated(0);
    present.generated(0);
    assertThat(present.choose(logits, 0, 2).id()).isZero();
  }

  @Test
  void aBiasIsAddedAndOfAnUnknownTokenIgnored() {
    assertThat(sampler(Asked.of("x").biased(1, 100)).choose(logits, 0, 0).id()).isEqualTo(1);
    assertThat(sampler(Asked.of("x").biased(4, 100)).choose(logits, 0, 0).id()).isZero();
  }

  @Test
  void reportsTheProbabilitiesOfTheModelWhateverTheOptions() {
    GeneratedToken token = sampler(Asked.of("x").biased(1, 100).logprobs(2)).choose(logits, 0, 0);
    assertThat(token.logprob()).isCloseTo((float) Math.log(0.1), within(1e-5f));
    assertThat(token.alternatives())
        .extracting(GeneratedToken.Alternative::id)
        .containsExactly(0, 2);
    assertThat(token.alternatives().get(0).logprob())
        .isCloseTo((float) Math.log(0.4), within(1e-5f));
  }

  @Test
  void whatIsDrawnDependsOnSeedSequenceAndPositionAlone() {
    SamplerScratch scratch = new SamplerScratch(4);
    TokenSampler one = new TokenSampler(drawn().sampling(), 3, 0, scratch);
    TokenSampler same = new TokenSampler(drawn().sampling(), 3, 0, scratch);
    TokenSampler otherSeed = new TokenSampler(drawn().sampling(), 4, 0, scratch);
    TokenSampler otherSequence = new TokenSampler(drawn().sampling(), 3, 1, scratch);
    int differentSeed = 0;
    int differentSequence = 0;
    for (int position = 999; position >= 0; position--) {
      int token = one.choose(logits, 0, position).id();
      assertThat(same.choose(logits, 0, position).id()).isEqualTo(token);
      differentSeed += otherSeed.choose(logits, 0, position).id() == token ? 0 : 1;
      differentSequence += otherSequence.choose(logits, 0, position).id() == token ? 0 : 1;
    }
    // Two draws of these differ seven times of ten.
    assertThat(differentSeed).isBetween(600, 800);
    assertThat(differentSequence).isBetween(600, 800);
  }

  /** As between a run and its resumption. Along a cumulative distribution some thirty differ. */
  @Test
  void anErrorInTheLastDigitsOfTheLogitsSeldomChangesTheChoice() {
    int vocabulary = 1_000;
    Random random = new Random(5);
    SamplerScratch own = new SamplerScratch(vocabulary);
    TokenSampler sampler = new TokenSampler(drawn().sampling(), 3, 0, own);
    Logits exact = new Logits(1, vocabulary);
    Logits rounded = new Logits(1, vocabulary);
    int different = 0;
    for (int position = 0; position < 20_000; position++) {
      for (int token = 0; token < vocabulary; token++) {
        exact.values()[token] = (float) random.nextGaussian();
        rounded.values()[token] = exact.values()[token] + (float) (1e-4 * random.nextGaussian());
      }
      different +=
          sampler.choose(exact, 0, position).id() == sampler.choose(rounded, 0, position).id()
              ? 0
              : 1;
    }
    assertThat(different).isLessThan(10);
  }

  @Test
  void aTokenWithoutProbabilityIsNeverChosen() {
    Logits some = logits(0.5, 0.5, 0.5, 0.5);
    some.values()[1] = Float.NaN;
    some.values()[2] = Float.NEGATIVE_INFINITY;
    for (Asked asked :
        new Asked[] {Asked.of("x"), drawn(), drawn().among(3, 1), drawn().among(0, 0.9)}) {
      TokenSampler sampler = sampler(asked);
      for (int position = 0; position < 100; position++) {
        assertThat(sampler.choose(some, 0, position).id()).isIn(0, 3);
      }
    }
  }

  @Test
  void aModelThatGivesNoNumberIsAnError() {
    Logits none = new Logits(1, 4);
    Arrays.fill(none.values(), Float.NaN);
    assertThatThrownBy(() -> sampler(drawn()).choose(none, 0, 0))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("no finite logit");
  }
}

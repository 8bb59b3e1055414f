package dev.millrace.engines.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever joins, leaves, is cancelled or crashes at whatever step: each sequence has the text that
 * it has alone.
 */
class InterleavingPropertyTest {
  private static final int CONTEXT = 96;
  private static final int ROUNDS = 60;

  /** A request, and what is known of it beyond the life of an engine. */
  private static final class Life {
    private final Asked asked;
    private final List<List<GeneratedToken>> kept = new ArrayList<>();
    private Heard heard = new Heard();
    private Generation generation;

    private Life(Asked asked) {
      this.asked = asked;
      for (int sequence = 0; sequence < asked.work().sequences(); sequence++) {
        kept.add(new ArrayList<>());
      }
      generation = asked.generation(heard);
    }

    /** The engine has died: so much of what it told was in the last checkpoint. */
    private void crash(Random random) {
      List<List<GeneratedToken>> told = heard.tokens(kept.size());
      for (int sequence = 0; sequence < kept.size(); sequence++) {
        int most = told.get(sequence).size();
        kept.get(sequence).addAll(told.get(sequence).subList(0, random.nextInt(most + 1)));
      }
      heard = new Heard();
      generation = asked.generation(kept, heard);
    }
  }

  private static Asked random(Random random) {
    StringBuilder prompt = new StringBuilder();
    for (int length = 1 + random.nextInt(30); length > 0; length--) {
      // Few letters, so that prefixes are shared.
      prompt.append((char) ('a' + random.nextInt(2)));
    }
    Asked asked =
        Asked.of(prompt.toString()).maxTokens(1 + random.nextInt(CONTEXT - prompt.length()));
    if (random.nextBoolean()) {
      asked = asked.seeded(random.nextLong(), 0.5 + random.nextDouble());
    }
    if (random.nextInt(3) == 0) {
      asked = asked.among(random.nextInt(20), 0.5 + random.nextDouble() / 2);
    }
    if (random.nextInt(3) == 0) {
      asked = asked.penalised(random.nextDouble(), random.nextDouble());
    }
    if (random.nextInt(3) == 0) {
      asked = asked.logprobs(random.nextInt(3));
    }
    if (random.nextInt(4) == 0) {
      asked = asked.echoed(random.nextBoolean() ? null : (Integer) 1);
    }
    if (random.nextInt(3) == 0) {
      asked = asked.stoppedBy("a", "xyz").biased('x', 3);
    }
    return asked.choices(1 + random.nextInt(3));
  }

  /** A stream that computes prompts at some time, and is heard of at another. */
  private static final class RandomStream implements PrefillStream {
    private final Random random;
    private @Nullable Runnable call;
    private @Nullable Runnable taken;

    private RandomStream(Random random) {
      this.random = random;
    }

    @Override
    public void compute(Runnable call, Runnable taken) {
      assertThat(this.taken).as("calls at once").isNull();
      this.call = call;
      this.taken = taken;
    }

    /** Computes, or tells of it, or lets the time pass. */
    private void go() {
      if (random.nextBoolean()) {
        if (call != null) {
          call.run();
          call = null;
        } else if (taken != null) {
          Runnable told = taken;
          taken = null;
          told.run();
        }
      }
    }
  }

  private static ContinuousBatch batch(Random random) {
    return batch(random, PrefillStream.BETWEEN_STEPS);
  }

  private static ContinuousBatch batch(Random random, PrefillStream prefills) {
    return new ContinuousBatch(
        new HashModel(1 + random.nextInt(6), CONTEXT, ByteTokenizer.SIZE),
        new Sequence.Vocabulary(new ByteTokenizer(), List.of(ByteTokenizer.END)),
        new GenerationSettings(1 + random.nextInt(20), random.nextInt(6), false),
        prefills,
        () -> 0);
  }

  private static List<?> alone(Asked asked) {
    Heard heard = new Heard();
    ContinuousBatch batch = batch(new Random(1));
    batch.add(asked.generation(heard));
    while (!batch.isIdle()) {
      batch.step();
    }
    return heard.choices();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void eachSequenceHasTheTextThatItHasAlone(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      play(random);
    }
  }

  private static void play(Random random) {
    RandomStream prefills = new RandomStream(random);
    ContinuousBatch batch = batch(random, prefills);
    List<Life> lives = new ArrayList<>();
    int cancelled = 0;
    for (int coming = 12; coming > 0 || !batch.isIdle(); ) {
      int dice = random.nextInt(40);
      if (dice < 8 && coming > 0) {
        Life life = new Life(random(random));
        lives.add(life);
        batch.add(life.generation);
        coming--;
      } else if (dice == 8 && !lives.isEmpty()) {
        Life life = lives.get(random.nextInt(lives.size()));
        if (life.heard.outcome() == null) {
          batch.cancel(life.generation);
          cancelled++;
        }
      } else if (dice == 9) {
        prefills = new RandomStream(random);
        batch = batch(random, prefills);
        for (Life life : lives) {
          if (life.heard.outcome() == null) {
            life.crash(random);
            batch.add(life.generation);
          }
        }
      } else if (batch.canStep()) {
        batch.step();
      }
      prefills.go();
    }
    int answered = 0;
    for (Life life : lives) {
      if (life.heard.outcome() instanceof Outcome.Generated generated) {
        answered++;
        assertThat(generated.choices()).isEqualTo(alone(life.asked));
        assertThat(life.heard.sequencesEnded()).isEqualTo(life.kept.size());
      }
    }
    assertThat(answered + cancelled).isEqualTo(lives.size());
  }
}

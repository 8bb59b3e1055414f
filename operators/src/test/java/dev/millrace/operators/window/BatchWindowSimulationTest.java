package dev.millrace.operators.window;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seeded lives of the window in a {@link SimulatedWorld}, which checks the promises of the design
 * after every event. A seed decides everything: the settings, what comes, what the engines do, when
 * the job crashes and how wide it comes back.
 *
 * <p>A seed that fails can be lived again alone, with its events printed: {@code mvn -pl operators
 * -am verify -Dtest=BatchWindowSimulationTest#livesASeedAgain -Dmillrace.simulation.seed=17
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class BatchWindowSimulationTest {
  private static final String SEED = "millrace.simulation.seed";
  private static final int SEEDS = 300;
  private static final int SOAK_SEEDS = 10_000;

  @Test
  void keepsEveryPromiseThroughFailuresHangsCrashesAndRescales() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedWorld.live(seed);
    }
  }

  @Test
  @Tag("soak")
  void keepsEveryPromiseOverManySeeds() throws Exception {
    for (long seed = SEEDS; seed < SOAK_SEEDS; seed++) {
      SimulatedWorld.live(seed);
    }
  }

  /** The same life again and again, with a crash behind its first event, its second, and so on. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void keepsEveryPromiseWhereverItCrashes(long seed) throws Exception {
    int events = SimulatedWorld.live(seed, LongStream.empty(), 60);
    for (int step = 0; step < events; step += 1 + events / 150) {
      SimulatedWorld.live(seed, LongStream.of(step), 60);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = SEED, matches = "[0-9]+")
  void livesASeedAgain() throws Exception {
    SimulatedWorld.live(Long.getLong(SEED));
  }
}

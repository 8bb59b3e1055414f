package dev.millrace.bench.openloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.bench.load.ArrivalSchedule;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OracleTest {
  private static final Duration TIMEOUT = Duration.ofMillis(100);

  @Test
  void answersAllWhenTheyComeNoFasterThanItServes() {
    Oracle oracle = new Oracle(100, Duration.ofMillis(5));

    assertThat(oracle.inTime(ArrivalSchedule.constant(99, Duration.ofSeconds(10)), TIMEOUT))
        .isEqualTo(990);
  }

  @Test
  void answersOfABurstWhatItServesWithinTheTimeout() {
    Oracle oracle = new Oracle(100, Duration.ofMillis(5));

    assertThat(oracle.inTime(ArrivalSchedule.atOnce(50), TIMEOUT)).isEqualTo(10);
  }

  @Test
  void answersAtItsRateUnderOverload() {
    Oracle oracle = new Oracle(100, Duration.ofMillis(5));

    int inTime = oracle.inTime(ArrivalSchedule.poisson(200, Duration.ofSeconds(60), 5), TIMEOUT);

    assertThat(inTime / 60.0).isCloseTo(100, within(1.0));
  }

  @Test
  void answersNothingWhenABatchOfOneTakesLongerThanTheTimeout() {
    Oracle oracle = new Oracle(1_000, Duration.ofMillis(101));

    assertThat(oracle.inTime(ArrivalSchedule.atOnce(5), TIMEOUT)).isZero();
  }

  @Test
  void noChoiceOfRequestsAnswersMore() {
    Random random = new Random(11);
    for (int trial = 0; trial < 200; trial++) {
      ArrivalSchedule schedule =
          ArrivalSchedule.poisson(20 + random.nextInt(180), Duration.ofMillis(100), trial);
      if (schedule.size() <= 14) {
        Oracle oracle = new Oracle(40 + random.nextInt(60), Duration.ofMillis(5));
        Duration timeout = Duration.ofMillis(20 + random.nextInt(80));

        assertThat(oracle.inTime(schedule, timeout))
            .as("trial %d", trial)
            .isEqualTo(mostOfAllSubsets(oracle, schedule, timeout));
      }
    }
  }

  /** Tries every subset, first come, first served. */
  private static int mostOfAllSubsets(Oracle oracle, ArrivalSchedule schedule, Duration timeout) {
    int most = 0;
    for (int subset = 0; subset < 1 << schedule.size(); subset++) {
      if (feasible(subset, oracle, schedule, timeout)) {
        most = Math.max(most, Integer.bitCount(subset));
      }
    }
    return most;
  }

  private static boolean feasible(
      int subset, Oracle oracle, ArrivalSchedule schedule, Duration timeout) {
    double end = 0;
    for (int request = 0; request < schedule.size(); request++) {
      if ((subset >> request & 1) == 1) {
        end = Math.max(end, (double) schedule.at(request)) + 1e9 / oracle.rate();
        if (end > schedule.at(request) + (double) timeout.toNanos()) {
          return false;
        }
      }
    }
    return true;
  }

  @Test
  void noEngineOfStreamsAndBatchesAnswersMore() {
    Random random = new Random(12);
    for (int trial = 0; trial < 500; trial++) {
      BatchingServer server = BatchingServer.random(random);
      ArrivalSchedule schedule =
          ArrivalSchedule.poisson(
              server.bestRate() * (0.3 + 3 * random.nextDouble()), Duration.ofSeconds(1), trial);
      Duration timeout = server.latency(1).multipliedBy(2 + random.nextInt(10));

      assertThat(server.inTime(schedule, timeout, random))
          .as("trial %d", trial)
          .isLessThanOrEqualTo(
              new Oracle(server.bestRate(), server.latency(1)).inTime(schedule, timeout));
    }
  }
}

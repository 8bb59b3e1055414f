package dev.millrace.operators.batching;

import static dev.millrace.operators.batching.Waiting.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.ShapeLanes;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds of every decision, whatever waits and whatever was learned. */
class AdaptiveBatchPolicyPropertyTest {
  private static final int SEEDS = 400;
  private static final int STEPS = 200;
  private static final int[] SHAPES = {ShapeLanes.FIXED, ShapeLanes.of(3), ShapeLanes.of(17)};

  @Test
  void neverExceedsALimitNeverDispatchesWhatWouldBeLateAndNeverIdles() {
    int probes = 0;
    int dispatches = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(seed);
      run.run();
      probes += run.probes;
      dispatches += run.dispatches;
    }
    assertThat(dispatches).isGreaterThan(SEEDS * 20);
    assertThat(probes)
        .as("requests that were scored against the prediction")
        .isLessThan(dispatches / 20);
  }

  /** One seed: an engine of random speed, and a policy of random settings that learns it. */
  private static final class Run {
    private final long seed;
    private final Random random;
    private final int maximumRows;
    private final long linger;
    private final LatencyModel latency = new LatencyModel();
    private final BatchPolicy policy;
    private final Waiting waiting;
    private final double perBatch;
    private final double perRow;
    private long now = NOW;
    private int probes;
    private int dispatches;

    Run(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.maximumRows = 1 + random.nextInt(16);
      this.linger = random.nextBoolean() ? 0 : random.nextInt(30);
      List<Integer> preferred = random.nextBoolean() ? List.of() : List.of(2, 4, 8, 16, 32);
      this.policy =
          new AdaptiveBatchPolicy(
              new ServingPolicy(
                  maximumRows, preferred, Duration.ofMillis(linger), 1_000, 5, null, null),
              maximumRows,
              latency);
      this.waiting = new Waiting(policy);
      this.perBatch = random.nextDouble() * 20;
      this.perRow = random.nextDouble() * 3;
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        now += random.nextInt(10) - 1;
        for (int arriving = random.nextInt(5); arriving > 0; arriving--) {
          waiting.add(
              1 + random.nextInt(maximumRows),
              random.nextBoolean() ? Long.MAX_VALUE : now + random.nextInt(150),
              1 + random.nextInt(3),
              SHAPES[random.nextInt(SHAPES.length)],
              now);
        }
        int capacity = random.nextInt(5);
        BatchDecision decision = waiting.decide(capacity, now);
        for (int again = 0; !(decision instanceof BatchDecision.WaitUntil); again++) {
          assertThat(again).as("seed %d: decisions without an end", seed).isLessThan(10_000);
          check(decision, capacity);
          decision = waiting.decide(capacity, now);
        }
        check((BatchDecision.WaitUntil) decision, capacity);
      }
    }

    private void check(BatchDecision decision, int capacity) {
      if (decision instanceof BatchDecision.Dispatch dispatch) {
        check(dispatch.requests(), capacity);
      } else if (decision instanceof BatchDecision.Drop drop) {
        assertThat(drop.expired())
            .as("seed %d drops what has no deadline", seed)
            .isNotEmpty()
            .allMatch(QueueEntry::hasDeadline)
            .noneMatch(QueueEntry::isWaiting);
      }
    }

    private void check(List<QueueEntry> batch, int capacity) {
      dispatches++;
      int rows = batch.stream().mapToInt(QueueEntry::rows).sum();
      long cost = batch.stream().mapToLong(QueueEntry::cost).sum();
      long tightest = batch.stream().mapToLong(QueueEntry::deadline).min().orElseThrow();
      assertThat(batch).as("seed %d: capacity", seed).hasSizeLessThanOrEqualTo(capacity);
      assertThat(rows).as("seed %d: rows", seed).isLessThanOrEqualTo(maximumRows);
      assertThat(tightest).as("seed %d: expired", seed).isGreaterThan(now);
      assertThat(batch.stream().mapToInt(QueueEntry::shape).distinct().count())
          .as("seed %d: shapes", seed)
          .isEqualTo(1);
      assertThat(batch).as("seed %d", seed).noneMatch(QueueEntry::isWaiting);
      if (tightest != Long.MAX_VALUE && now + latency.predict(cost) >= tightest) {
        assertThat(batch).as("seed %d: late, and no probe", seed).hasSize(1);
        probes++;
      }
      policy.observe(cost, (perBatch + perRow * cost) * (0.9 + 0.2 * random.nextDouble()));
    }

    private void check(BatchDecision.WaitUntil wait, int capacity) {
      assertThat(wait.time()).as("seed %d waits for what is over", seed).isGreaterThan(now);
      if (capacity == 0 || waiting.queue.isEmpty()) {
        return;
      }
      assertThat(linger).as("seed %d idles", seed).isPositive();
      assertThat(wait.time())
          .as("seed %d lingers too long", seed)
          .isLessThanOrEqualTo(waiting.queue.oldestArrival().orElseThrow() + linger)
          .isLessThanOrEqualTo(waiting.queue.earliestDeadline().orElse(Long.MAX_VALUE));
    }
  }
}

package dev.millrace.operators.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** The queue and its plain description agree on everything after every step. */
class FairRequestQueueModelTest {
  private static final int SEEDS = 300;
  private static final int STEPS = 150;
  private static final long AGEING = 40;
  private static final List<String> TENANTS = List.of("a", "b", "c", "d");
  private static final int[] SHAPES = {
    ShapeLanes.FIXED, ShapeLanes.of(5), ShapeLanes.of(60), ShapeLanes.of(1_000)
  };
  private static final TenantWeights WEIGHTS = new TenantWeights(Map.of("b", 4.0, "c", 0.5));

  @Test
  void agreesWithItsPlainDescriptionAfterEveryStep() {
    for (long seed = 0; seed < SEEDS; seed++) {
      new Run(seed).run();
    }
  }

  /** One seed. */
  private static final class Run {
    private final long seed;
    private final Random random;
    private final RequestQueue queue = new FairRequestQueue(WEIGHTS, Duration.ofMillis(AGEING));
    private final RequestQueue naive = new NaiveRequestQueue(WEIGHTS, AGEING);
    private final Entries entries = new Entries();
    private final List<QueueEntry> waiting = new ArrayList<>();
    private long now = Entries.NOW;

    Run(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      // Some runs mostly fill and some mostly drain, so that levels come and go.
      int adds = 30 + random.nextInt(35);
      for (int step = 0; step < STEPS; step++) {
        now += random.nextInt(12) - 1;
        int kind = random.nextInt(100);
        if (kind < adds) {
          add();
        } else if (kind < 75) {
          serve(queue.peek(now));
        } else if (kind < 90) {
          serve(queue.peek(SHAPES[random.nextInt(SHAPES.length)], now));
        } else if (!waiting.isEmpty()) {
          remove(waiting.get(random.nextInt(waiting.size())));
        }
        compare(step);
      }
    }

    private void add() {
      QueueEntry entry =
          entries
              .at(now)
              .priority(1 + random.nextInt(3))
              .deadline(random.nextBoolean() ? Long.MAX_VALUE : now + random.nextInt(100))
              .rows(1 + random.nextInt(4))
              .shape(SHAPES[random.nextInt(SHAPES.length)])
              .name(random.nextInt(20))
              .next();
      String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
      queue.add(entry, tenant);
      naive.add(entry, tenant);
      waiting.add(entry);
    }

    private void serve(Optional<QueueEntry> next) {
      next.ifPresent(
          entry -> {
            naive.serve(entry, now);
            queue.serve(entry, now);
            waiting.remove(entry);
          });
    }

    private void remove(QueueEntry entry) {
      naive.remove(entry);
      queue.remove(entry);
      waiting.remove(entry);
    }

    private void compare(int step) {
      SoftAssertions all = new SoftAssertions();
      all.assertThat(queue.size()).as("size").isEqualTo(naive.size());
      all.assertThat(queue.rows()).as("rows").isEqualTo(naive.rows());
      all.assertThat(queue.peek(now)).as("next").isEqualTo(naive.peek(now));
      all.assertThat(queue.mostUrgent()).as("most urgent").isEqualTo(naive.mostUrgent());
      all.assertThat(queue.earliestDeadline()).isEqualTo(naive.earliestDeadline());
      all.assertThat(queue.oldestArrival()).as("oldest").isEqualTo(naive.oldestArrival());
      all.assertThat(queue.mostDispensable()).as("spare").isEqualTo(naive.mostDispensable());
      for (int shape : SHAPES) {
        all.assertThat(queue.peek(shape, now)).as("of shape").isEqualTo(naive.peek(shape, now));
        all.assertThat(queue.rows(shape)).as("rows of shape").isEqualTo(naive.rows(shape));
      }
      for (String tenant : TENANTS) {
        all.assertThat(queue.size(tenant)).as("of tenant").isEqualTo(naive.size(tenant));
        all.assertThat(queue.mostDispensable(tenant))
            .as("spare of tenant")
            .isEqualTo(naive.mostDispensable(tenant));
      }
      for (QueueEntry entry : waiting) {
        all.assertThat(queue.rowsCompetingWith(entry))
            .as("competing with %s", entry)
            .isEqualTo(naive.rowsCompetingWith(entry));
      }
      long name = random.nextInt(20);
      all.assertThat(queue.named(name))
          .as("named")
          .containsExactlyInAnyOrderElementsOf(naive.named(name));
      assertThat(all.assertionErrorsCollected()).as("seed %d, step %d", seed, step).isEmpty();
    }
  }
}

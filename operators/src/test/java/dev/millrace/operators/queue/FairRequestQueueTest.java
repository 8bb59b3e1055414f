package dev.millrace.operators.queue;

import static dev.millrace.operators.queue.Entries.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FairRequestQueueTest extends RequestQueueContract {
  private static final Duration AGEING = Duration.ofSeconds(10);

  private final Entries entries = new Entries();
  private final RequestQueue queue = newQueue();

  @Override
  RequestQueue newQueue() {
    return new FairRequestQueue(TenantWeights.EQUAL, AGEING);
  }

  @Test
  void servesTheSmallerPriorityNumberFirst() {
    QueueEntry ninth = waits(entries.priority(9).next(), "tenant");
    QueueEntry first = waits(entries.priority(1).next(), "tenant");
    QueueEntry fifth = waits(entries.priority(5).next(), "tenant");

    assertThat(serveAll()).containsExactly(first, fifth, ninth);
  }

  @Test
  void servesTheEarliestDeadlineOfATenantFirstAndThenTheEarliestArrival() {
    QueueEntry whenever = waits(entries.next(), "tenant");
    QueueEntry late = waits(entries.deadline(NOW + 200).next(), "tenant");
    QueueEntry soon = waits(entries.deadline(NOW + 100).next(), "tenant");
    QueueEntry soonToo = waits(entries.next(), "tenant");

    assertThat(serveAll()).containsExactly(soon, soonToo, late, whenever);
  }

  @Test
  void servesTenantsInTurnHoweverManyRequestsOneHas() {
    List<QueueEntry> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(waits(entries.next(), "many"));
    }
    QueueEntry one = waits(entries.next(), "few");
    QueueEntry two = waits(entries.next(), "few");

    assertThat(serveAll().subList(0, 4)).containsExactly(many.get(0), one, many.get(1), two);
  }

  @Test
  void sharesByWeightAtAllTimesButForOneRequestEach() {
    RequestQueue weighted =
        new FairRequestQueue(new TenantWeights(Map.of("one", 1.0, "three", 3.0)), AGEING);
    Map<String, Integer> served = new HashMap<>(Map.of("one", 0, "three", 0));
    Map<QueueEntry, String> tenants = new HashMap<>();
    for (int i = 0; i < 4_000; i++) {
      for (String tenant : served.keySet()) {
        QueueEntry entry = entries.next();
        tenants.put(entry, tenant);
        weighted.add(entry, tenant);
      }
      QueueEntry next = weighted.peek(NOW).orElseThrow();
      weighted.serve(next, NOW);
      served.merge(tenants.get(next), 1, Integer::sum);
      // Start-time fair queueing: normalised service differs by a request of each at most.
      assertThat(Math.abs(served.getOrDefault("three", 0) / 3.0 - served.getOrDefault("one", 0)))
          .isLessThanOrEqualTo(4 / 3.0);
    }
  }

  @Test
  void chargesRowsAndPaddedLengthNotRequests() {
    Map<String, Long> served = new HashMap<>(Map.of("long", 0L, "short", 0L));
    Map<QueueEntry, String> tenants = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      tenants.put(waits(entries.rows(1).shape(ShapeLanes.of(64)).next(), "long"), "long");
      tenants.put(waits(entries.rows(4).shape(ShapeLanes.of(8)).next(), "short"), "short");
    }
    for (int i = 0; i < 600; i++) {
      QueueEntry next = queue.peek(NOW).orElseThrow();
      queue.serve(next, NOW);
      served.merge(tenants.get(next), next.cost(), Long::sum);
    }

    long difference = served.getOrDefault("long", 0L) - served.getOrDefault("short", 0L);
    assertThat(difference).isBetween(-64L, 64L);
  }

  @Test
  void aTenantThatComesBackFromIdleIsServedABurstAtOnceAndNoMore() {
    anotherIsServedForLong();
    List<QueueEntry> back = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      back.add(waits(entries.next(), "back"));
    }

    int burst = (int) TenantFlow.BURST;
    // One of the other may be first, since both stand at one time.
    assertThat(serve(burst + 1).stream().filter(back::contains).count())
        .isGreaterThanOrEqualTo(burst);
    // Not all 100 at once, for the 500 that it left to the other.
    assertThat(serve(20).stream().filter(back::contains).count()).isEqualTo(10);
  }

  @Test
  void aTenantThatComesAndGoesHasItsBurstOnce() {
    anotherIsServedForLong();
    int served = 0;
    for (int i = 0; i < 100; i++) {
      QueueEntry back = waits(entries.next(), "back");
      while (back.isWaiting()) {
        queue.serve(queue.peek(NOW).orElseThrow(), NOW);
        served++;
      }
    }

    assertThat(served).as("served of both, for 100 of one").isGreaterThan(180);
  }

  @Test
  void aTenantThatGoesIdleKeepsItsDebt() {
    waits(entries.rows(1).next(), "steady");
    QueueEntry large = waits(entries.rows(50).next(), "large");
    for (int i = 0; i < 100; i++) {
      waits(entries.rows(1).next(), "steady");
    }
    while (queue.size("large") > 0) {
      queue.serve(queue.peek(NOW).orElseThrow(), NOW);
    }
    QueueEntry again = waits(entries.next(), "large");

    List<QueueEntry> next = serve(52);
    assertThat(next.indexOf(again)).isGreaterThan(45);
    assertThat(large.isWaiting()).isFalse();
  }

  @Test
  void servingOutOfTurnDoesNotSetBackWhoComesAfterwards() {
    int other = ShapeLanes.of(3);
    // The tenant "ahead" has been served a lot in its own shape while "behind" waited for another.
    for (int i = 0; i < 100; i++) {
      waits(entries.shape(other).next(), "ahead");
    }
    entries.shape(ShapeLanes.FIXED);
    for (int i = 0; i < 10; i++) {
      waits(entries.next(), "behind");
    }
    for (int i = 0; i < 50; i++) {
      queue.serve(queue.peek(other, NOW).orElseThrow(), NOW);
    }
    QueueEntry newcomer = waits(entries.next(), "newcomer");

    assertThat(serve(3)).contains(newcomer);
  }

  @Test
  void aShapeIsServedInTheSameOrder() {
    int shape = ShapeLanes.of(100);
    waits(entries.priority(1).next(), "tenant");
    QueueEntry low = waits(entries.priority(7).shape(shape).next(), "tenant");
    QueueEntry high = waits(entries.priority(3).next(), "tenant");

    assertThat(queue.peek(shape, NOW)).contains(high);
    queue.serve(high, NOW);
    assertThat(queue.peek(shape, NOW)).contains(low);
    queue.serve(low, NOW);
    assertThat(queue.peek(shape, NOW)).isEmpty();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void anOldRequestIsServedBehindEndlessUrgentOnes() {
    QueueEntry old = waits(entries.at(NOW).priority(1_000_000).next(), "patient");
    QueueEntry older = waits(entries.next(), "patient");
    long now = NOW + AGEING.toMillis();
    entries.at(now).priority(1);
    int served = 0;
    while (older.isWaiting() && served <= 2 * FairRequestQueue.AGED_SHARE) {
      waits(entries.next(), "urgent");
      waits(entries.next(), "urgent");
      assertThat(old.isWaiting() || served >= FairRequestQueue.AGED_SHARE).isTrue();
      queue.serve(queue.peek(now + 1).orElseThrow(), now + 1);
      served++;
    }

    // The k-th oldest is among the first 8·k that are served once it has waited too long.
    assertThat(served).isLessThanOrEqualTo(2 * FairRequestQueue.AGED_SHARE);
  }

  @Test
  void aBacklogOfOldRequestsLeavesMostOfTheServiceToTheUrgent() {
    for (int i = 0; i < 1_000; i++) {
      waits(entries.at(NOW).priority(9).next(), "backlog");
    }
    long now = NOW + 2 * AGEING.toMillis();
    List<QueueEntry> urgent = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      urgent.add(waits(entries.at(now).priority(1).next(), "urgent"));
    }
    for (int i = 0; i < 800; i++) {
      queue.serve(queue.peek(now).orElseThrow(), now);
    }

    assertThat(urgent).noneMatch(QueueEntry::isWaiting);
  }

  @Test
  void nothingAgesWhenTheClockStepsBack() {
    QueueEntry low = waits(entries.priority(9).next(), "tenant");
    for (int i = 0; i < 20; i++) {
      waits(entries.priority(1).next(), "tenant");
    }

    for (int i = 0; i < 20; i++) {
      queue.serve(queue.peek(NOW - 3_600_000).orElseThrow(), NOW - 3_600_000);
    }
    assertThat(low.isWaiting()).isTrue();
  }

  @Test
  void sparesOneOfTheLowestPriorityOfTheTenantThatHasMostOfThem() {
    waits(entries.priority(2).next(), "a");
    waits(entries.next(), "a");
    waits(entries.next(), "a");
    waits(entries.priority(8).next(), "b");
    QueueEntry oldest = waits(entries.next(), "c");
    QueueEntry younger = waits(entries.next(), "c");

    assertThat(queue.mostDispensable()).contains(oldest);
    queue.remove(oldest);
    queue.remove(younger);
    assertThat(queue.mostDispensable().map(QueueEntry::priority)).contains(8);
  }

  @Test
  void sparesOneOfATenantsLowestPriority() {
    QueueEntry high = waits(entries.priority(2).next(), "a");
    QueueEntry low = waits(entries.priority(3).next(), "a");
    waits(entries.priority(9).next(), "b");

    assertThat(queue.mostDispensable("a")).contains(low);
    queue.remove(low);
    assertThat(queue.mostDispensable("a")).contains(high);
    assertThat(queue.mostDispensable("c")).isEmpty();
  }

  @Test
  void countsByTenantAndShape() {
    int shape = ShapeLanes.of(12);
    waits(entries.priority(1).rows(3).next(), "a");
    waits(entries.priority(2).rows(4).shape(shape).next(), "a");
    QueueEntry last = waits(entries.priority(3).rows(5).next(), "b");

    assertThat(queue.size("a")).isEqualTo(2);
    assertThat(queue.size("b")).isEqualTo(1);
    assertThat(queue.rows()).isEqualTo(12);
    assertThat(queue.rows(shape)).isEqualTo(9);
    assertThat(queue.rows(ShapeLanes.FIXED)).isEqualTo(3);
    queue.remove(last);
    assertThat(queue.size("b")).isZero();
    assertThat(queue.rows(shape)).isEqualTo(4);
  }

  @Test
  void withARequestCompetesWhatIsServedBeforeTheLastOfItsTenant() {
    waits(entries.priority(1).rows(3).next(), "urgent");
    QueueEntry few = waits(entries.priority(2).rows(4).next(), "few");
    QueueEntry many = waits(entries.rows(100).next(), "many");
    waits(entries.priority(3).rows(1_000).next(), "few");

    assertThat(queue.rowsCompetingWith(few)).isEqualTo(3 + 4 + 4);
    assertThat(queue.rowsCompetingWith(many)).isEqualTo(3 + 100 + 4);
  }

  @Test
  void knowsTheEarliestDeadlineAndTheOldestArrivalOfThoseThatStillWait() {
    QueueEntry oldest = waits(entries.at(NOW).deadline(NOW + 90).next(), "tenant");
    QueueEntry urgent = waits(entries.at(NOW + 5).deadline(NOW + 20).next(), "tenant");
    waits(entries.deadline(Long.MAX_VALUE).next(), "tenant");

    assertThat(queue.earliestDeadline()).hasValue(NOW + 20);
    assertThat(queue.mostUrgent()).contains(urgent);
    assertThat(queue.oldestArrival()).hasValue(NOW);
    queue.remove(urgent);
    queue.remove(oldest);
    assertThat(queue.earliestDeadline()).isEmpty();
    assertThat(queue.oldestArrival()).hasValue(NOW + 5);
  }

  @Test
  void refusesANegativeAgeing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FairRequestQueue(TenantWeights.EQUAL, Duration.ofMillis(-1)));
  }

  private QueueEntry waits(QueueEntry entry, String tenant) {
    queue.add(entry, tenant);
    return entry;
  }

  private List<QueueEntry> serveAll() {
    return serve(queue.size());
  }

  private void anotherIsServedForLong() {
    for (int i = 0; i < 1_000; i++) {
      waits(entries.next(), "busy");
    }
    serve(500);
  }

  private List<QueueEntry> serve(int count) {
    List<QueueEntry> served = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      QueueEntry next = queue.peek(NOW).orElseThrow();
      queue.serve(next, NOW);
      served.add(next);
    }
    return served;
  }
}

package dev.millrace.operators.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final long NOW = 1_790_000_000_000L;

  @Test
  void laterArrivalsHaveLargerNumbersEvenWithinAMillisecondOrWhenTheClockStepsBack() {
    Arrivals arrivals = new Arrivals();
    long first = arrivals.next(NOW);
    long second = arrivals.next(NOW);
    long third = arrivals.next(NOW - 5_000);

    assertThat(second).isGreaterThan(first);
    assertThat(third).isGreaterThan(second);
  }

  @Test
  void aNumberTellsWhenItsRequestArrived() {
    assertThat(Arrivals.timeOf(new Arrivals().next(NOW))).isEqualTo(NOW);
  }

  @Test
  void numbersOfDifferentTasksCompareByTime() {
    assertThat(new Arrivals().next(NOW)).isLessThan(new Arrivals().next(NOW + 1));
  }

  @Test
  void numbersFollowThoseThatWereRestored() {
    Arrivals before = new Arrivals();
    long restored = before.next(NOW + 60_000);
    Arrivals after = new Arrivals();
    after.follow(restored);

    assertThat(after.next(NOW)).isGreaterThan(restored);
  }
}

package dev.millrace.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.auth.KeyLocation.RefreshSettings;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RefreshScheduleTest {
  private static final long START = 1_000_000;
  private static final long INTERVAL = 300_000;
  private static final long MINIMUM = 10_000;

  private final RefreshSchedule schedule =
      new RefreshSchedule(
          new RefreshSettings(
              Duration.ofMillis(INTERVAL), Duration.ofMillis(MINIMUM), Duration.ofDays(1)),
          START);

  @Test
  void fetchesAtOnceAndThenOnceAnInterval() {
    assertThat(schedule.begin(START)).isTrue();
    assertThat(schedule.begin(START + INTERVAL)).as("one is under way").isFalse();
    schedule.succeeded();
    assertThat(schedule.begin(START + INTERVAL - 1)).isFalse();
    assertThat(schedule.begin(START + INTERVAL)).isTrue();
  }

  @Test
  void triesAgainSoonAfterAFailure() {
    assertThat(schedule.begin(START)).isTrue();
    schedule.failed();
    assertThat(schedule.begin(START + MINIMUM - 1)).isFalse();
    assertThat(schedule.begin(START + MINIMUM)).isTrue();
  }

  @Test
  void anUnknownKeyBringsTheNextFetchForward() {
    assertThat(schedule.begin(START)).isTrue();
    schedule.succeeded();

    assertThat(schedule.missed(START + MINIMUM)).isTrue();
    assertThat(schedule.begin(START + MINIMUM)).isTrue();
    assertThat(schedule.missed(START + MINIMUM)).as("one is under way").isTrue();
  }

  @Test
  void unknownKeysWithinTheMinimumIntervalDoNothing() {
    assertThat(schedule.begin(START)).isTrue();
    schedule.succeeded();

    assertThat(schedule.missed(START + MINIMUM - 1)).isFalse();
    assertThat(schedule.begin(START + MINIMUM)).isFalse();
  }

  @Test
  void whateverHappensFetchesAreNeverCloserThanTheMinimumInterval() {
    Random random = new Random(7);
    long now = START;
    long last = Long.MIN_VALUE / 2;
    int fetches = 0;
    for (int step = 0; step < 100_000; step++) {
      now += random.nextInt(200);
      schedule.missed(now);
      if (schedule.begin(now)) {
        assertThat(now - last).isGreaterThanOrEqualTo(MINIMUM);
        last = now;
        fetches++;
        if (random.nextBoolean()) {
          schedule.succeeded();
        } else {
          schedule.failed();
        }
      }
    }
    assertThat(fetches).isGreaterThan(500);
  }
}

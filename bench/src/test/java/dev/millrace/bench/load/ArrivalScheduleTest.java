package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.bench.load.ArrivalSchedule.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void constantArrivalsAreEquallyFarApart() {
    ArrivalSchedule schedule = ArrivalSchedule.constant(4, Duration.ofSeconds(1));

    assertThat(instants(schedule))
        .containsExactly(250_000_000L, 500_000_000L, 750_000_000L, 1_000_000_000L);
    assertThat(schedule.variation()).isZero();
  }

  @Test
  void poissonArrivalsHaveTheirRateAndTheVariationOfAPoissonProcess() {
    ArrivalSchedule schedule = ArrivalSchedule.poisson(1_000, MINUTE, 7);

    // Six standard deviations of a count of 60,000.
    assertThat(schedule.size()).isCloseTo(60_000, within(1_470));
    assertThat(schedule.meanRate()).isCloseTo(1_000, within(25.0));
    assertThat(schedule.variation()).isCloseTo(1, within(0.05));
    assertThat(instants(schedule)).isSorted();
  }

  @Test
  void splitDealsEveryArrivalOutOnceByItsShare() {
    ArrivalSchedule schedule = ArrivalSchedule.poisson(1_000, MINUTE, 7);
    List<ArrivalSchedule> parts = schedule.split(List.of(3.0, 0.0, 1.0), 5);

    assertThat(parts.get(0).size()).isCloseTo(schedule.size() * 3 / 4, within(700));
    assertThat(parts.get(1).size()).isZero();
    assertThat(parts.stream().mapToInt(ArrivalSchedule::size).sum()).isEqualTo(schedule.size());
    assertThat(parts).allSatisfy(part -> assertThat(instants(part)).isSorted());
    assertThatThrownBy(() -> schedule.split(List.of(0.0, 0.0), 5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void poissonArrivalsAreTheSameForTheSameSeedOnly() {
    ArrivalSchedule schedule = ArrivalSchedule.poisson(100, MINUTE, 1);

    assertThat(instants(schedule))
        .isEqualTo(instants(ArrivalSchedule.poisson(100, MINUTE, 1)))
        .isNotEqualTo(instants(ArrivalSchedule.poisson(100, MINUTE, 2)));
  }

  @Test
  void stepsFollowOneAnother() {
    ArrivalSchedule schedule =
        ArrivalSchedule.steps(List.of(new Step(100, MINUTE), new Step(1_000, MINUTE)), 3);

    List<Long> instants = instants(schedule);
    long first = instants.stream().filter(instant -> instant < MINUTE.toNanos()).count();
    assertThat(first).isCloseTo(6_000, within(470L));
    assertThat(instants.size() - first).isCloseTo(60_000, within(1_470L));
    assertThat(instants).isSorted().allMatch(instant -> instant < MINUTE.toNanos() * 2);
  }

  @Test
  void aTraceIsPlayedAtTheWantedMeanRateWithItsBursts() {
    long[] recorded = {50, 60, 60, 61, 1_050};

    ArrivalSchedule schedule = ArrivalSchedule.ofTrace(recorded, 5);

    assertThat(schedule.meanRate()).isCloseTo(5, within(1e-6));
    assertThat(instants(schedule))
        .containsExactly(0L, 10_000_000L, 10_000_000L, 11_000_000L, 1_000_000_000L);
    assertThat(schedule.variation())
        .isCloseTo(ArrivalSchedule.ofTrace(recorded, 5_000).variation(), within(1e-3));
  }

  @Test
  void aTraceThatGoesBackInTimeIsRefused() {
    assertThatThrownBy(() -> ArrivalSchedule.ofTrace(new long[] {1, 3, 2, 4}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("arrival 2");
  }

  @Test
  void copiesArriveTogether() {
    ArrivalSchedule schedule = ArrivalSchedule.constant(2, Duration.ofSeconds(1)).times(3);

    assertThat(instants(schedule))
        .containsExactly(
            500_000_000L,
            500_000_000L,
            500_000_000L,
            1_000_000_000L,
            1_000_000_000L,
            1_000_000_000L);
  }

  private static List<Long> instants(ArrivalSchedule schedule) {
    return IntStream.range(0, schedule.size()).mapToObj(schedule::at).toList();
  }
}

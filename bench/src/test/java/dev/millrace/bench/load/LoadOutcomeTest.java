package dev.millrace.bench.load;

import static dev.millrace.bench.load.LoadOutcome.NONE;
import static dev.millrace.protocol.ResultStatus.EXPIRED;
import static dev.millrace.protocol.ResultStatus.OK;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadOutcomeTest {
  private static final long MILLISECOND = 1_000_000;

  /** One request every 500 ms from 500 ms on, of use for 100 ms. */
  private final LoadPlan plan = plan(4);

  @Test
  void inTimeIsWhatWasScoredAndCameBeforeItsDeadline() {
    LoadOutcome outcome =
        outcome(
            new long[] {600 * MILLISECOND, 1_101 * MILLISECOND, 1_501 * MILLISECOND, NONE},
            OK,
            OK,
            EXPIRED,
            OK);

    assertThat(IntStream.range(0, 4).mapToObj(outcome::inTime))
        .containsExactly(true, false, false, false);
    assertThat(outcome.inTimeShare()).isEqualTo(0.25);
    assertThat(outcome.unanswered()).isEqualTo(1);
    assertThat(outcome.byStatus()).containsOnly(entry(OK, 2), entry(EXPIRED, 1));
  }

  @Test
  void answersInTimeAreCountedInTheSecondInWhichTheyCame() {
    LoadOutcome outcome =
        outcome(
            new long[] {
              510 * MILLISECOND, 1_010 * MILLISECOND, 1_510 * MILLISECOND, 2_010 * MILLISECOND
            },
            OK,
            OK,
            OK,
            OK);

    // The last comes after the last arrival, when nothing is asked any more.
    assertThat(outcome.inTimeBySecond()).containsExactly(1, 2);
  }

  @Test
  void latencyCountsFromTheInstantAtWhichARequestWasToBeSent() {
    LoadOutcome outcome =
        outcome(
            new long[] {
              510 * MILLISECOND, 1_020 * MILLISECOND, 1_530 * MILLISECOND, 2_040 * MILLISECOND
            },
            OK,
            OK,
            OK,
            OK);

    assertThat(outcome.latencyMillis(kind -> true, 50)).hasValueCloseTo(20.0, within(0.05));
    assertThat(outcome.latencyMillis(kind -> true, 100)).hasValueCloseTo(40.0, within(0.05));
    assertThat(outcome.latencyMillis(kind -> false, 50)).isEmpty();
  }

  @Test
  void whatHasNoAnswerCountsWithItsWaitAndWhatWasRefusedDoesNot() {
    LoadOutcome outcome =
        outcome(
            new long[] {510 * MILLISECOND, NONE, 1_501 * MILLISECOND, 2_010 * MILLISECOND},
            OK,
            OK,
            EXPIRED,
            OK);

    assertThat(outcome.latencies(kind -> true).getTotalCount()).isEqualTo(3);
    assertThat(outcome.latencyMillis(kind -> true, 100)).hasValueCloseTo(2_000.0, within(2.0));
  }

  private LoadOutcome outcome(long[] answeredAt, ResultStatus... statuses) {
    return new LoadOutcome(
        plan, new LoadOutcome.Answers(answeredAt, statuses, 0), 3_000 * MILLISECOND);
  }

  private static LoadPlan plan(int requests) {
    return LoadPlan.of(
        Traffic.of(
            ArrivalSchedule.constant(2, Duration.ofMillis(500L * requests)),
            Optional.of(Duration.ofMillis(100))));
  }
}

package dev.millrace.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.RecordCoordinates;
import org.junit.jupiter.api.Test;

class RunStatisticsTest {
  private final RunStatistics statistics = new RunStatistics();

  @Test
  void joinsRequestsAndAnswersInEitherOrder() {
    statistics.asked(at(0), new RunStatistics.Asked(1_000, 7));
    statistics.answered(at(0), new RunStatistics.Answered(1_010, 7, 4));
    statistics.answered(at(1), new RunStatistics.Answered(1_500, 3, 4));
    statistics.asked(at(1), new RunStatistics.Asked(1_000, 8));

    assertThat(statistics.count()).isEqualTo(2);
    assertThat(statistics.accuracy()).hasValue(0.5);
    assertThat(statistics.latency(50)).isEqualTo(10);
    assertThat(statistics.latency(100)).isEqualTo(500);
    assertThat(statistics.throughput()).isEqualTo(4.0);
  }

  @Test
  void requestsWithoutALabelDoNotCountForTheAccuracy() {
    statistics.asked(at(0), new RunStatistics.Asked(0, RunStatistics.NO_CLASS));
    statistics.answered(at(0), new RunStatistics.Answered(1, 3, 1));

    assertThat(statistics.count()).isEqualTo(1);
    assertThat(statistics.accuracy()).isEmpty();
  }

  @Test
  void anAnswerWithoutAClassIsWrong() {
    statistics.asked(at(0), new RunStatistics.Asked(0, 3));
    statistics.answered(at(0), new RunStatistics.Answered(1, RunStatistics.NO_CLASS, 0));

    assertThat(statistics.accuracy()).hasValue(0.0);
  }

  @Test
  void answersToRequestsOfAnEarlierRunAreLeftOut() {
    statistics.answered(at(0), new RunStatistics.Answered(1, 3, 1));

    assertThat(statistics.count()).isZero();
    assertThat(statistics.throughput()).isZero();
  }

  @Test
  void hasNoFiguresOfNothing() {
    assertThat(statistics.accuracy()).isEmpty();
    assertThat(statistics.throughput()).isZero();
    assertThat(statistics.latency(99)).isZero();
  }

  @Test
  void aClockThatWentBackIsTakenForNoTime() {
    statistics.asked(at(0), new RunStatistics.Asked(1_000, RunStatistics.NO_CLASS));
    statistics.answered(at(0), new RunStatistics.Answered(990, RunStatistics.NO_CLASS, 0));

    assertThat(statistics.latency(50)).isZero();
  }

  @Test
  void tabulatesItsFigures() {
    statistics.asked(at(0), new RunStatistics.Asked(0, 7));
    statistics.answered(at(0), new RunStatistics.Answered(4, 7, 8));
    Table table = new Table();
    statistics.addTo(table);

    assertThat(table.toString())
        .contains("100.00 % (1 of 1 labelled)")
        .contains("250 answers/s")
        .contains("p50 4 ms, p99 4 ms, most 4 ms")
        .contains("mean 8.0, p50 8, p99 8, most 8");
  }

  private static RecordCoordinates at(long offset) {
    return new RecordCoordinates("requests", 0, offset);
  }
}

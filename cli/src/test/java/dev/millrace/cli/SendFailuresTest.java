package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class SendFailuresTest {
  private final SendFailures failures = new SendFailures();

  @Test
  void showsTheFirstLinesInWhateverOrderTheyFail() {
    for (long line : new long[] {9, 2, 7, 4, 6, 3, 8}) {
      failures.add(line, new RecordTooLargeException("too large"));
    }

    assertThat(failures.count()).isEqualTo(7);
    assertThat(failures.first())
        .extracting(SendFailures.Failure::line)
        .containsExactly(2L, 3L, 4L, 6L, 7L);
  }

  @Test
  void goesOnAfterALineThatIsTooLarge() {
    failures.add(1, new RecordTooLargeException("too large"));

    assertThat(failures.isHopeless()).isFalse();
  }

  @Test
  void givesUpWhenTheBrokerIsGone() {
    failures.add(1, new TimeoutException("expired"));

    assertThat(failures.isHopeless()).isTrue();
  }
}

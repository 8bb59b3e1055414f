package dev.millrace.bench.saturation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerAuditTest {
  private final AnswerAudit audit = new AnswerAudit(2, 1);

  @Test
  void nothingIsWrongWhenEachRequestHasOneAnswer() {
    audit.answer(1, 0, 30, true);
    audit.answer(0, 1, 10, true);
    audit.answer(0, 0, 20, true);

    assertThat(audit.complete()).isTrue();
    assertThat(audit.violations()).isEmpty();
    assertThat(audit.timestamps()).containsExactly(10, 20, 30);
  }

  @Test
  void aMissingAnswerIsFound() {
    audit.answer(0, 0, 10, true);
    audit.answer(0, 1, 10, true);

    assertThat(audit.complete()).isFalse();
    assertThat(audit.violations()).containsExactly("1 of 3 requests have no answer");
  }

  @Test
  void aSecondAnswerIsFoundAndDoesNotStandInForAMissingOne() {
    audit.answer(0, 0, 10, true);
    audit.answer(0, 0, 11, true);
    audit.answer(1, 0, 12, true);

    assertThat(audit.complete()).isFalse();
    assertThat(audit.violations())
        .containsExactly("1 of 3 requests have no answer", "1 answers too many");
    assertThat(audit.timestamps()).containsExactly(10, 12);
  }

  @Test
  void anErrorIsNoAnswerToBeProudOf() {
    audit.answer(0, 0, 10, true);
    audit.answer(0, 1, 10, false);
    audit.answer(1, 0, 10, true);

    assertThat(audit.complete()).isTrue();
    assertThat(audit.violations()).containsExactly("1 answers are not ok");
  }

  @Test
  void answersToNothingAreFound() {
    audit.answer(2, 0, 10, true);
    audit.answer(-1, 0, 10, true);
    audit.answer(0, 2, 10, true);
    audit.answer(0, -1, 10, true);
    audit.nameless();

    assertThat(audit.distinct()).isZero();
    assertThat(audit.violations()).contains("5 answers to no request");
  }
}

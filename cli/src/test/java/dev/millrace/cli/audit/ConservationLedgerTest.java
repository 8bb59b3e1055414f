package dev.millrace.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.millrace.protocol.RecordCoordinates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConservationLedgerTest {
  private final ConservationLedger ledger = new ConservationLedger();

  @Test
  void holdsWhereThereIsNothing() {
    assertThat(ledger.verdict().holds()).isTrue();
    assertThat(ledger.verdict().requests()).isZero();
  }

  @Test
  void holdsWhenEachRequestHasOneAnswerOfWhicheverKind() {
    for (long offset = 0; offset < 4; offset++) {
      ledger.request(at(offset));
    }
    ledger.result(at(0), "ok");
    ledger.result(at(1), "rejected");
    ledger.deadLetter(at(2));
    ledger.reply(at(3), "ok");

    Verdict verdict = ledger.verdict();

    assertThat(verdict.holds()).isTrue();
    assertThat(verdict.requests()).isEqualTo(4);
    assertThat(verdict.byStatus()).containsExactly(entry("ok", 2L), entry("rejected", 1L));
    assertThat(verdict.deadLetters()).isOne();
    assertThat(verdict.replies()).isOne();
    assertThat(verdict.repeatedReplies()).isZero();
  }

  @Test
  void namesTheRequestThatHasNoAnswer() {
    ledger.request(at(0));
    ledger.request(at(1));
    ledger.result(at(0), "ok");

    assertFails(ledger.verdict(), ledger.verdict().missing(), at(1));
  }

  @Test
  void namesTheRequestThatHasTwoResults() {
    ledger.request(at(0));
    ledger.result(at(0), "ok");
    ledger.result(at(0), "ok");

    assertFails(ledger.verdict(), ledger.verdict().duplicate(), at(0));
  }

  @Test
  void countsARequestWithThreeResultsOnce() {
    ledger.request(at(0));
    ledger.result(at(0), "ok");
    ledger.result(at(0), "ok");
    ledger.deadLetter(at(0));

    assertFails(ledger.verdict(), ledger.verdict().duplicate(), at(0));
  }

  @Test
  void takesAResultAndADeadLetterForTwoAnswers() {
    ledger.request(at(0));
    ledger.result(at(0), "failed");
    ledger.deadLetter(at(0));

    assertFails(ledger.verdict(), ledger.verdict().duplicate(), at(0));
  }

  @Test
  void takesAResultAndAReplyForTwoAnswersWhicheverIsReadFirst() {
    ledger.request(at(0));
    ledger.result(at(0), "ok");
    ledger.reply(at(0), "ok");
    assertFails(ledger.verdict(), ledger.verdict().duplicate(), at(0));

    ConservationLedger replyFirst = new ConservationLedger();
    replyFirst.request(at(0));
    replyFirst.reply(at(0), "ok");
    replyFirst.result(at(0), "ok");
    assertFails(replyFirst.verdict(), replyFirst.verdict().duplicate(), at(0));
  }

  @Test
  void allowsRepliesToRepeatAndCountsThem() {
    ledger.request(at(0));
    ledger.reply(at(0), "ok");
    ledger.reply(at(0), "ok");
    ledger.reply(at(0), "ok");

    assertThat(ledger.verdict().holds()).isTrue();
    assertThat(ledger.verdict().replies()).isOne();
    assertThat(ledger.verdict().repeatedReplies()).isEqualTo(2);
    assertThat(ledger.verdict().byStatus()).containsExactly(entry("ok", 1L));
  }

  @Test
  void cannotExplainAnAnswerToWhatWasNeverAsked() {
    ledger.request(at(0));
    ledger.result(at(0), "ok");
    ledger.result(at(7), "ok");

    assertFails(ledger.verdict(), ledger.verdict().unexplained(), at(7));
  }

  @Test
  void cannotExplainAReplyToWhatWasNeverAsked() {
    ledger.reply(at(7), "ok");

    assertFails(ledger.verdict(), ledger.verdict().unexplained(), at(7));
  }

  @Test
  void tellsPartitionsAndTopicsApart() {
    RecordCoordinates otherPartition = new RecordCoordinates("requests", 1, 0);
    RecordCoordinates otherTopic = new RecordCoordinates("others", 0, 0);
    ledger.request(at(0));
    ledger.result(otherPartition, "ok");
    ledger.result(otherTopic, "ok");

    Verdict verdict = ledger.verdict();

    assertThat(verdict.missing().examples()).containsExactly(at(0));
    assertThat(verdict.unexplained().examples()).containsExactly(otherTopic, otherPartition);
  }

  @Test
  void namesAnswersThatDoNotSayWhomTheyAnswerByTheirOwnPlace() {
    RecordCoordinates first = new RecordCoordinates("results", 0, 3);
    RecordCoordinates second = new RecordCoordinates("results", 0, 4);
    ledger.unattributable(first);
    ledger.unattributable(second);

    Verdict verdict = ledger.verdict();

    assertThat(verdict.holds()).isFalse();
    assertThat(verdict.unexplained().count()).isEqualTo(2);
    assertThat(verdict.unexplained().examples()).containsExactly(first, second);
    assertThat(verdict.duplicate().count()).isZero();
    assertThat(ledger.verdict()).isEqualTo(verdict);
  }

  @Test
  void excusesAnswersToRequestsThatRetentionHasDeleted() {
    ledger.beginning(at(10));
    ledger.result(at(9), "ok");
    ledger.reply(at(8), "ok");
    ledger.request(at(10));
    ledger.result(at(10), "ok");

    assertThat(ledger.verdict().holds()).isTrue();
    assertThat(ledger.verdict().older()).isEqualTo(2);
  }

  @Test
  void doesNotExcuseTwoAnswersToARequestThatRetentionHasDeleted() {
    ledger.beginning(at(10));
    ledger.result(at(9), "ok");
    ledger.result(at(9), "ok");

    assertFails(ledger.verdict(), ledger.verdict().duplicate(), at(9));
  }

  @Test
  void findsAnAnswerAfterTheBeginningToNoRequestUnexplained() {
    ledger.beginning(at(10));
    ledger.result(at(10), "ok");

    assertFails(ledger.verdict(), ledger.verdict().unexplained(), at(10));
  }

  @Test
  void countsALateRequestOnlyIfItIsAnswered() {
    ledger.result(at(0), "ok");
    ledger.lateRequest(at(0));
    ledger.lateRequest(at(1));

    assertThat(ledger.verdict().holds()).isTrue();
    assertThat(ledger.verdict().requests()).isOne();
  }

  @Test
  void takesAnyNumberForAnOffset() {
    for (long offset : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40}) {
      ledger.result(at(offset), "ok");
    }

    assertThat(ledger.verdict().unexplained().count()).isEqualTo(4);
    assertThat(ledger.verdict().unexplained().examples())
        .containsExactly(at(Long.MIN_VALUE), at(-1), at(1L << 40), at(Long.MAX_VALUE));
  }

  @Test
  void givesAFewExamplesOfManyProblems() {
    for (long offset = 0; offset < 100; offset++) {
      ledger.request(at(offset));
    }

    assertThat(ledger.verdict().missing().count()).isEqualTo(100);
    assertThat(ledger.verdict().missing().examples())
        .containsExactly(at(0), at(1), at(2), at(3), at(4));
  }

  @Test
  void knowsHowManyRequestsWait() {
    ledger.result(at(0), "ok");
    ledger.request(at(0));
    assertThat(ledger.outstanding()).isZero();

    ledger.request(at(1));
    ledger.request(at(2));
    ledger.request(at(3));
    assertThat(ledger.outstanding()).isEqualTo(3);

    ledger.reply(at(1), "ok");
    ledger.reply(at(1), "ok");
    ledger.deadLetter(at(2));
    ledger.result(at(2), "ok");
    assertThat(ledger.outstanding()).isOne();
  }

  @Test
  void findsTheSameWhateverTheOrderOfReading() {
    List<Runnable> events = new ArrayList<>();
    for (long i = 0; i < 10_000; i++) {
      long offset = 5_000_000_000L + i;
      events.add(() -> ledger.request(at(offset)));
      if (i % 100 != 0) {
        events.add(() -> ledger.result(at(offset), "ok"));
      }
      if (i % 250 == 1) {
        events.add(() -> ledger.deadLetter(at(offset)));
      }
    }
    Collections.shuffle(events, new Random(1));

    events.forEach(Runnable::run);

    Verdict verdict = ledger.verdict();
    assertThat(verdict.requests()).isEqualTo(10_000);
    assertThat(verdict.missing().count()).isEqualTo(100).isEqualTo(ledger.outstanding());
    assertThat(verdict.duplicate().count()).isEqualTo(40);
    assertThat(verdict.unexplained().count()).isZero();
  }

  private static void assertFails(
      Verdict verdict, Verdict.Problem problem, RecordCoordinates example) {
    assertThat(verdict.holds()).isFalse();
    assertThat(problem.count()).isOne();
    assertThat(problem.examples()).containsExactly(example);
    assertThat(
            verdict.missing().count() + verdict.duplicate().count() + verdict.unexplained().count())
        .isOne();
  }

  private static RecordCoordinates at(long offset) {
    return new RecordCoordinates("requests", 0, offset);
  }
}

package dev.millrace.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.RecordCoordinates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConservationLedgerTest {
  private final ConservationLedger ledger = new ConservationLedger();

  @Test
  void holdsWhenEachRequestHasOneAnswerOfAnyKind() {
    for (long offset = 0; offset < 3; offset++) {
      ledger.request(at(0, offset));
    }
    ledger.result(at(0, 0), "ok");
    ledger.deadLetter(at(0, 1));
    ledger.reply(at(0, 2), "ok");
    Verdict verdict = ledger.verdict();

    assertThat(verdict.holds()).isTrue();
    assertThat(verdict.requests()).isEqualTo(3);
    assertThat(verdict.byStatus()).containsEntry("ok", 2L);
    assertThat(verdict.deadLetters()).isEqualTo(1);
    assertThat(verdict.replies()).isEqualTo(1);
  }

  @Test
  void findsARequestWithoutAnAnswer() {
    ledger.request(at(0, 0));
    ledger.request(at(1, 5));
    ledger.result(at(0, 0), "ok");

    assertThat(ledger.outstanding()).isEqualTo(1);
    assertThat(ledger.verdict().holds()).isFalse();
    assertThat(ledger.verdict().missing()).isEqualTo(new Verdict.Problem(1, List.of(at(1, 5))));
  }

  @Test
  void findsARequestWithTwoAnswersWhateverTheirKinds() {
    ledger.request(at(0, 0));
    ledger.request(at(0, 1));
    ledger.result(at(0, 0), "ok");
    ledger.result(at(0, 0), "ok");
    ledger.result(at(0, 1), "rejected");
    ledger.deadLetter(at(0, 1));

    assertThat(ledger.verdict().holds()).isFalse();
    assertThat(ledger.verdict().duplicate())
        .isEqualTo(new Verdict.Problem(2, List.of(at(0, 0), at(0, 1))));
  }

  @Test
  void findsAnAnswerToARequestThatNeverWas() {
    ledger.request(at(0, 0));
    ledger.result(at(0, 0), "ok");
    ledger.result(at(0, 7), "ok");

    assertThat(ledger.verdict().holds()).isFalse();
    assertThat(ledger.verdict().unexplained()).isEqualTo(new Verdict.Problem(1, List.of(at(0, 7))));
  }

  @Test
  void repliesMayRepeatAndAreCounted() {
    ledger.request(at(0, 0));
    ledger.reply(at(0, 0), "ok");
    ledger.reply(at(0, 0), "ok");

    assertThat(ledger.verdict().holds()).isTrue();
    assertThat(ledger.verdict().repeatedReplies()).isEqualTo(1);
  }

  @Test
  void aLateRequestCountsOnlyIfItWasAnswered() {
    ledger.result(at(0, 0), "ok");
    ledger.lateRequest(at(0, 0));
    ledger.lateRequest(at(0, 1));

    assertThat(ledger.verdict().holds()).isTrue();
    assertThat(ledger.verdict().requests()).isEqualTo(1);
  }

  @Test
  void theOrderOfReadingDoesNotMatter() {
    for (long seed = 0; seed < 20; seed++) {
      ConservationLedger shuffled = new ConservationLedger();
      List<Runnable> records = new ArrayList<>();
      for (int offset = 0; offset < 500; offset++) {
        RecordCoordinates request = at(offset % 3, offset);
        records.add(() -> shuffled.request(request));
        records.add(() -> shuffled.result(request, "ok"));
      }
      Collections.shuffle(records, new Random(seed));
      records.forEach(Runnable::run);

      assertThat(shuffled.verdict().holds()).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void showsOnlyTheFirstFewOfManyProblems() {
    for (long offset = 0; offset < 1000; offset++) {
      ledger.request(at(0, offset));
    }

    assertThat(ledger.verdict().missing().count()).isEqualTo(1000);
    assertThat(ledger.verdict().missing().examples()).hasSize(5);
  }

  private static RecordCoordinates at(int partition, long offset) {
    return new RecordCoordinates("requests", partition, offset);
  }
}

package dev.millrace.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.exchange.PendingReplies.Place;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ResultStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PendingRepliesTest {
  private static final RequestName NAME = new RequestName("acme", "r-1");

  private final PendingReplies pending = new PendingReplies(2);

  private static final class Heard implements ReplyListener {
    private final List<Reply> replies = new ArrayList<>();
    private @Nullable Throwable reason;
    private int dismissals;

    @Override
    public void hear(Reply reply) {
      replies.add(reply);
    }

    @Override
    public void unsent(Throwable reason) {
      this.reason = reason;
    }

    @Override
    public void dismissed() {
      dismissals++;
    }
  }

  private static Reply answer(RequestName name) {
    return new Reply(name, ResultStatus.OK, 0, Encoding.JSON, new byte[0]);
  }

  private static Reply piece(int sequence) {
    return new Reply(NAME, null, sequence, Encoding.JSON, new byte[0]);
  }

  @Test
  void piecesComeAndTheAnswerEndsTheWaiting() {
    Heard heard = new Heard();
    assertThat(pending.expect(NAME, heard)).isEqualTo(Place.FIRST);
    pending.deliver(piece(0));
    pending.deliver(piece(1));
    pending.deliver(answer(NAME));
    pending.deliver(answer(NAME));
    pending.deliver(piece(2));
    assertThat(heard.replies).hasSize(3);
    assertThat(pending.size()).isZero();
  }

  @Test
  void whatAnotherTenantCallsTheSameIsAnother() {
    Heard heard = new Heard();
    pending.expect(NAME, heard);
    pending.deliver(answer(new RequestName("other", NAME.id())));
    assertThat(heard.replies).isEmpty();
  }

  @Test
  void whoAsksForTheSameJoinsAndAllHearTheAnswer() {
    Heard first = new Heard();
    Heard second = new Heard();
    assertThat(pending.expect(NAME, first)).isEqualTo(Place.FIRST);
    assertThat(pending.expect(NAME, second)).isEqualTo(Place.JOINED);
    pending.deliver(answer(NAME));
    assertThat(first.replies).hasSize(1);
    assertThat(second.replies).hasSize(1);
    assertThat(pending.size()).isZero();
  }

  @Test
  void onlyTheLastToLeaveIsTheLast() {
    Heard first = new Heard();
    Heard second = new Heard();
    pending.expect(NAME, first);
    pending.expect(NAME, second);
    assertThat(pending.leave(NAME, first)).isFalse();
    assertThat(pending.leave(NAME, first)).isFalse();
    assertThat(pending.leave(NAME, second)).isTrue();
    assertThat(pending.leave(NAME, second)).isFalse();
    assertThat(pending.size()).isZero();
  }

  @Test
  void nobodyWaitsBeyondTheBound() {
    pending.expect(NAME, new Heard());
    pending.expect(new RequestName("acme", "r-2"), new Heard());
    Heard third = new Heard();
    assertThat(pending.expect(NAME, third)).isEqualTo(Place.FULL);
    pending.deliver(answer(NAME));
    assertThat(third.replies).isEmpty();
    assertThat(pending.expect(NAME, third)).isEqualTo(Place.FIRST);
  }

  @Test
  void allHearThatARequestWasNotSent() {
    Heard heard = new Heard();
    pending.expect(NAME, heard);
    pending.unsent(NAME, new IllegalStateException("no broker"));
    assertThat(heard.reason).hasMessage("no broker");
    assertThat(pending.size()).isZero();
  }

  @Test
  void allWhoWaitAreToldToLeaveAndWaitUntilTheyDo() {
    Heard first = new Heard();
    Heard joined = new Heard();
    pending.expect(NAME, first);
    pending.expect(NAME, joined);
    pending.dismiss();
    assertThat(first.dismissals).isEqualTo(1);
    assertThat(joined.dismissals).isEqualTo(1);
    assertThat(pending.size()).isEqualTo(2);
    assertThat(pending.leave(NAME, first)).isFalse();
    assertThat(pending.leave(NAME, joined)).isTrue();
  }
}

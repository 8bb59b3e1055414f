package dev.millrace.engines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StreamArbiterTest {
  private static final long PATIENCE = 100;

  private final AtomicLong time = new AtomicLong(1_000);
  private final List<Runnable> alarms = new ArrayList<>();
  private final StreamArbiter.Clock clock =
      new StreamArbiter.Clock(time::incrementAndGet, (nanos, action) -> alarms.add(action));
  private final AtomicInteger woken = new AtomicInteger();
  private final StreamArbiter arbiter = new StreamArbiter(2, PATIENCE, clock);
  private final StreamArbiter.User quick = arbiter.join(woken::incrementAndGet);
  private final StreamArbiter.User slow = arbiter.join(() -> {});

  @Test
  void whoIsAloneTakesAllStreams() {
    assertThat(quick.mayTake()).isTrue();
    quick.take();
    assertThat(quick.mayTake()).isTrue();
    quick.take();

    assertThat(quick.mayTake()).isFalse();
    assertThat(arbiter.utilisation()).isEqualTo(1);
  }

  @Test
  void whatBecomesFreeIsLeftToWhoWasRefusedAndHoldsLess() {
    quick.take();
    quick.take();
    assertThat(slow.mayTake()).isFalse();
    quick.free();

    assertThat(quick.mayTake()).as("always awake").isFalse();
    assertThat(slow.mayTake()).isTrue();
    slow.take();
    slow.free();
    assertThat(slow.mayTake()).as("it holds nothing, the other one").isTrue();
  }

  @Test
  void butNotForLong() {
    quick.take();
    quick.take();
    assertThat(slow.mayTake()).isFalse();
    time.addAndGet(10 * PATIENCE);
    quick.free();
    time.addAndGet(PATIENCE / 2);
    assertThat(quick.mayTake()).isFalse();
    assertThat(alarms).as("it is woken when it has stood back long enough").hasSize(1);
    time.addAndGet(PATIENCE);
    alarms.get(0).run();
    assertThat(woken).hasValue(1);

    assertThat(quick.mayTake()).as("nothing idles for one who does not come").isTrue();
    quick.take();
    quick.free();
    assertThat(quick.mayTake()).as("nor is it waited for again until it asks").isTrue();
  }

  @Test
  void whoWasOfferedAStreamAndHadNoUseForItIsNotWaitedForAgain() {
    quick.take();
    quick.take();
    assertThat(slow.mayTake()).isFalse();
    quick.free();
    assertThat(slow.mayTake()).isTrue();

    assertThat(quick.mayTake()).isTrue();
  }

  @Test
  void whoHasLeftIsNotWaitedFor() {
    quick.take();
    quick.take();
    assertThat(slow.mayTake()).isFalse();
    slow.leave();
    quick.free();

    assertThat(quick.mayTake()).isTrue();
  }

  @Test
  void twoUsersOfOneStreamTakeTurns() {
    StreamArbiter one = new StreamArbiter(1, PATIENCE, clock);
    StreamArbiter.User first = one.join(() -> {});
    StreamArbiter.User second = one.join(() -> {});
    first.take();
    assertThat(second.mayTake()).isFalse();
    first.free();
    assertThat(first.mayTake()).as("awake, but served last").isFalse();
    assertThat(second.mayTake()).isTrue();
    second.take();
    assertThat(first.mayTake()).isFalse();
    second.free();

    assertThat(second.mayTake()).isFalse();
    assertThat(first.mayTake()).isTrue();
  }
}

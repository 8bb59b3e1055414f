package dev.millrace.bench.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import dev.millrace.protocol.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NoOpEngineTest {
  @Test
  void everyRequestIsAnsweredOnceWithWhatTheModelPromises() throws Exception {
    Map<Long, Outcome> outcomes = new ConcurrentHashMap<>();
    CountDownLatch done = new CountDownLatch(100);
    try (NoOpEngine engine = new NoOpEngine(64, 2)) {
      engine.start(
          LongStream.range(0, 100).mapToObj(id -> new EngineRequest(id, List.of())).toList(),
          (id, outcome) -> {
            assertThat(outcomes.put(id, outcome)).isNull();
            done.countDown();
          });
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(outcomes).hasSize(100);
    Outcome outcome = Objects.requireNonNull(outcomes.get(0L));
    Tensor output = ((Outcome.Scored) outcome).outputs().get(0);
    assertThat(NoOpEngineProvider.model().signature().outputs().get(0).matches(output)).isTrue();
  }

  @Test
  void capacityIsGoneWhenEveryStreamIsBusyAndSaidWhenItIsBack() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    CountDownLatch answering = new CountDownLatch(1);
    try (NoOpEngine engine = new NoOpEngine(8, 1)) {
      assertThat(engine.capacity()).isEqualTo(8);
      engine.start(
          List.of(new EngineRequest(1, List.of())),
          (id, outcome) -> {
            answering.countDown();
            await(hold);
          });
      await(answering);
      engine.start(List.of(new EngineRequest(2, List.of())), (id, outcome) -> {});
      assertThat(engine.capacity()).isZero();

      engine.onCapacity(free::countDown);
      hold.countDown();

      assertThat(free.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.millrace.bench.openloop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.systems.Workload;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.Outcome;
import dev.millrace.protocol.Encoding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimedEngineTest {
  private final TimedModel model = TimedModel.constant(Duration.ofMillis(1), 4);
  private final Workload workload = model.workload(Encoding.PROTOBUF);

  @Test
  void answersEveryRequestOnceAndSaysWhenItHasCapacityAgain() throws InterruptedException {
    Map<Long, Outcome> outcomes = new ConcurrentHashMap<>();
    CountDownLatch done = new CountDownLatch(2);
    CountDownLatch free = new CountDownLatch(1);
    try (Engine engine = model.open(workload.model(), GpuAllotment.UNMANAGED)) {
      engine.onCapacity(free::countDown);
      engine.start(
          List.of(workload.engineRequest(1), workload.engineRequest(2)),
          (id, outcome) -> {
            assertThat(outcomes.put(id, outcome)).isNull();
            done.countDown();
          });

      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(free.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(outcomes.values()).hasSize(2).allMatch(Outcome.Scored.class::isInstance);
  }

  @Test
  void takesNothingWhileItsStreamsAreHeld() throws InterruptedException {
    CountDownLatch free = new CountDownLatch(1);
    try (Engine engine = model.open(workload.model(), GpuAllotment.UNMANAGED)) {
      TimedStreams.SHARED.hold();
      engine.onCapacity(free::countDown);
      assertThat(engine.capacity()).isZero();

      TimedStreams.SHARED.release();

      assertThat(free.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(engine.capacity()).isEqualTo(4);
    }
  }

  @Test
  void requestsHoldOneKibibyteOfTensor() {
    EngineRequest request = workload.engineRequest(0);

    assertThat(request.inputs().get(0).data()).hasSize(1_024);
    assertThat(workload.meanBytes()).isBetween(1_024, 1_100);
  }
}

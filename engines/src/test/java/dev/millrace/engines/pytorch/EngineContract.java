package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import dev.millrace.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What every engine owes its users. Each implementation gives an engine that takes one request or
 * more.
 */
abstract class EngineContract {
  /** An engine that is idle. */
  abstract Engine open() throws Exception;

  /** Inputs that the engine can score, different for each number. */
  abstract List<Tensor> inputs(int number);

  /** What the engine answers to them. */
  abstract List<Tensor> expected(int number);

  @Test
  void anIdleEngineHasItsMaximumCapacity() throws Exception {
    try (Engine engine = open()) {
      assertThat(engine.capacity()).isEqualTo(engine.maximumCapacity()).isPositive();
    }
  }

  @Test
  void saysDoneExactlyOnceForEachRequestWithItsOwnAnswer() throws Exception {
    try (Engine engine = open()) {
      Heard heard = new Heard();
      int requests = 5 * engine.maximumCapacity();
      for (int first = 0; first < requests; first += engine.maximumCapacity()) {
        engine.start(batch(first, engine.maximumCapacity()), heard);
      }

      Awaitility.await().until(() -> heard.count() == requests);

      for (int number = 0; number < requests; number++) {
        assertThat(heard.of(number)).isEqualTo(new Outcome.Scored(expected(number)));
      }
    }
  }

  @Test
  void tellsWhenCapacityIsFreeAgain() throws Exception {
    try (Engine engine = open()) {
      AtomicInteger told = new AtomicInteger();
      engine.onCapacity(told::incrementAndGet);
      engine.start(batch(0, 1), new Heard());

      Awaitility.await().until(() -> told.get() > 0);

      assertThat(engine.capacity()).isPositive();
    }
  }

  @Test
  void callsNobodyAfterItWasClosed() throws Exception {
    Heard heard = new Heard();
    AtomicInteger told = new AtomicInteger();
    Engine engine = open();
    engine.onCapacity(told::incrementAndGet);
    for (int number = 0; number < 50; number++) {
      engine.start(batch(number, 1), heard);
    }
    engine.close();
    int heardAtClose = heard.count();
    int toldAtClose = told.get();

    try (Engine another = open()) {
      Heard later = new Heard();
      another.start(batch(0, 1), later);
      Awaitility.await().until(() -> later.count() == 1);
    }
    assertThat(heard.count()).isEqualTo(heardAtClose);
    assertThat(told.get()).isEqualTo(toldAtClose);
  }

  @Test
  void takesNothingAfterItWasClosedAndMayBeClosedTwice() throws Exception {
    Engine engine = open();
    engine.close();
    engine.close();

    assertThatThrownBy(() -> engine.start(batch(0, 1), new Heard()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aListenerThatThrowsHarmsNobodyElse() throws Exception {
    try (Engine engine = open()) {
      engine.start(
          batch(0, 1),
          (id, outcome) -> {
            throw new IllegalStateException("on purpose");
          });
      Heard heard = new Heard();
      engine.start(batch(1, 1), heard);

      Awaitility.await().until(() -> heard.count() == 1);
    }
  }

  List<EngineRequest> batch(int first, int size) {
    List<EngineRequest> requests = new ArrayList<>();
    for (int number = first; number < first + size; number++) {
      requests.add(new EngineRequest(number, inputs(number)));
    }
    return requests;
  }
}

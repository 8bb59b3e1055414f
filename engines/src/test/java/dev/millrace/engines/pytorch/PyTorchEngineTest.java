package dev.millrace.engines.pytorch;

import static dev.millrace.engines.pytorch.Fixtures.ONE_STREAM;
import static dev.millrace.engines.pytorch.Fixtures.floats;
import static dev.millrace.engines.pytorch.Fixtures.longs;
import static dev.millrace.engines.pytorch.Fixtures.model;
import static dev.millrace.engines.pytorch.Fixtures.score;
import static dev.millrace.engines.pytorch.Fixtures.shape;
import static dev.millrace.engines.pytorch.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Rehearsal;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With real libtorch. */
class PyTorchEngineTest extends EngineContract {
  @Override
  Engine open() throws Exception {
    return ONE_STREAM.open(model("affine"), GpuAllotment.UNMANAGED);
  }

  @Override
  List<Tensor> inputs(int number) {
    return List.of(floats("x", shape(1, 3), number, number + 1, number + 2));
  }

  @Override
  List<Tensor> expected(int number) {
    return List.of(floats("y", shape(1, 3), 2 * number + 1, 2 * number + 3, 2 * number + 5));
  }

  @Test
  void hasRehearsedOneRowAndAFullBatch() throws Exception {
    try (Engine engine = open()) {
      assertThat(engine.rehearsals())
          .extracting(Rehearsal::cost)
          .containsExactly(1L, (long) engine.maximumCapacity());
      assertThat(engine.rehearsals())
          .allSatisfy(rehearsal -> assertThat(rehearsal.milliseconds()).isPositive());
    }
  }

  @Test
  void givesEachRequestItsOwnRowsWhenRequestsHaveSeveral() throws Exception {
    List<Outcome> outcomes =
        score(
            "affine",
            List.of(
                List.of(floats("x", shape(2, 3), 1, 2, 3, 4, 5, 6)),
                List.of(floats("x", shape(1, 3), 7, 8, 9)),
                List.of(floats("x", shape(3, 3), 0, 0, 0, 1, 1, 1, 2, 2, 2))));

    assertThat(outcomes)
        .containsExactly(
            scored(floats("y", shape(2, 3), 3, 5, 7, 9, 11, 13)),
            scored(floats("y", shape(1, 3), 15, 17, 19)),
            scored(floats("y", shape(3, 3), 1, 1, 1, 3, 3, 3, 5, 5, 5)));
  }

  @Test
  void scoresModelsOfSeveralInputsAndOutputs() throws Exception {
    List<Outcome> outcomes =
        score(
            "two-heads",
            List.of(
                List.of(longs("ids", shape(1, 2), 5, 6), floats("weights", shape(1, 3), 1, 2, 3)),
                List.of(longs("ids", shape(1, 2), 7, 8), floats("weights", shape(1, 3), 4, 5, 6))));

    assertThat(outcomes)
        .containsExactly(
            scored(longs("next", shape(1, 2), 6, 7), floats("sum", shape(1, 1), 6)),
            scored(longs("next", shape(1, 2), 8, 9), floats("sum", shape(1, 1), 15)));
  }

  @Test
  void scoresRequestsOfDifferentShapesInOneBatch() throws Exception {
    List<Outcome> outcomes =
        score(
            "row-sum",
            List.of(
                List.of(floats("x", shape(1, 2), 1, 2)),
                List.of(floats("x", shape(1, 4), 1, 1, 1, 1)),
                List.of(floats("x", shape(1, 2), 3, 4))));

    assertThat(outcomes)
        .containsExactly(
            scored(floats("sum", shape(1, 1), 3)),
            scored(floats("sum", shape(1, 1), 4)),
            scored(floats("sum", shape(1, 1), 7)));
  }

  @Test
  void scoresAModelThatDoesNotBatchOneRequestAtATime() throws Exception {
    List<Outcome> outcomes =
        score(
            "fixed",
            List.of(
                List.of(floats("x", shape(3), 1, 2, 3)), List.of(floats("x", shape(3), 4, 5, 6))));

    assertThat(outcomes)
        .containsExactly(
            scored(floats("y", shape(3), 3, 5, 7)), scored(floats("y", shape(3), 9, 11, 13)));
  }

  @Test
  void scoresAModelThatDeclaresNothing() throws Exception {
    assertThat(score("undeclared", List.of(List.of(floats("any", shape(2), 1, 2)))))
        .containsExactly(scored(floats("output0", shape(2), 3, 5)));
  }

  @ParameterizedTest
  @EnumSource(names = {"INT16", "UINT16", "UINT32", "UINT64"})
  void aDatatypeThatPyTorchDoesNotHaveFailsTheRequestAndNotTheProcess(Datatype datatype)
      throws Exception {
    Tensor tensor = new Tensor("any", datatype, shape(1), new byte[datatype.size()]);

    assertThat(score("undeclared", List.of(List.of(tensor), List.of(floats("x", shape(1), 1)))))
        .containsExactly(
            new Outcome.Failed("input 'any': PyTorch has no " + datatype),
            scored(floats("output0", shape(1), 3)));
  }

  @Test
  void aBadRequestFailsWithTheModelsMessageAndItsBatchMatesAreScored() throws Exception {
    List<List<Tensor>> requests = new ArrayList<>();
    for (int number = 0; number < 16; number++) {
      requests.add(List.of(floats("x", shape(1, 2), number == 11 || number == 4 ? -1 : 1, 2)));
    }

    List<Outcome> outcomes = score("picky", requests);

    for (int number = 0; number < 16; number++) {
      if (number == 11 || number == 4) {
        assertThat(((Outcome.Failed) outcomes.get(number)).message())
            .contains("negative numbers are not welcome");
      } else {
        assertThat(outcomes.get(number)).isEqualTo(scored(floats("y", shape(1, 2), 1, 2)));
      }
    }
  }

  @Test
  void tellsAllUsersOfASharedModelThatThereIsCapacity() throws Exception {
    ModelSpec model = model("affine");
    try (Engine mine = ONE_STREAM.open(model, GpuAllotment.UNMANAGED);
        Engine theirs = ONE_STREAM.open(model, GpuAllotment.UNMANAGED)) {
      AtomicInteger told = new AtomicInteger();
      theirs.onCapacity(told::incrementAndGet);
      mine.start(batch(0, 1), new Heard());

      Awaitility.await().until(() -> told.get() > 0);
    }
  }

  @Test
  void idsOfOneUserDoNotCollideWithThoseOfAnother() throws Exception {
    ModelSpec model = model("affine");
    try (Engine mine = ONE_STREAM.open(model, GpuAllotment.UNMANAGED);
        Engine theirs = ONE_STREAM.open(model, GpuAllotment.UNMANAGED)) {
      Heard heardByMe = new Heard();
      Heard heardByThem = new Heard();
      for (int round = 0; round < 100; round++) {
        mine.start(List.of(new EngineRequest(round, inputs(round))), heardByMe);
        theirs.start(List.of(new EngineRequest(round, inputs(1000 + round))), heardByThem);
      }

      Awaitility.await().until(() -> heardByMe.count() == 100 && heardByThem.count() == 100);
      assertThat(heardByMe.of(7)).isEqualTo(new Outcome.Scored(expected(7)));
      assertThat(heardByThem.of(7)).isEqualTo(new Outcome.Scored(expected(1007)));
    }
  }

  @Test
  void loadsAModelOnceAndUnloadsItWithItsLastUser() throws Exception {
    ModelSpec model = model("affine");
    assertThat(PyTorchEngineProvider.loadedModels()).isZero();
    Engine first = ONE_STREAM.open(model, GpuAllotment.UNMANAGED);
    Engine second = ONE_STREAM.open(model, GpuAllotment.UNMANAGED);
    assertThat(PyTorchEngineProvider.loadedModels()).isEqualTo(1);
    first.close();
    assertThat(PyTorchEngineProvider.loadedModels()).isEqualTo(1);
    second.close();
    assertThat(PyTorchEngineProvider.loadedModels()).isZero();
  }

  @Test
  void cancelsWhatStillWaitsInside() throws Exception {
    try (Engine engine = open()) {
      Heard heard = new Heard();
      for (int number = 0; number < 2_000; number++) {
        engine.start(batch(number, 1), heard);
      }
      engine.cancel(1_999);

      Awaitility.await().until(() -> heard.count() == 2_000);
      assertThat(heard.of(1_999)).isEqualTo(new Outcome.Cancelled());
      assertThat(heard.of(1_998)).isEqualTo(new Outcome.Scored(expected(1_998)));
      assertThat(engine.capacity()).isEqualTo(engine.maximumCapacity());
    }
  }

  @Test
  void saysEarlyThatADeviceIsMissing() {
    PyTorchEngineProvider provider = new PyTorchEngineProvider(new EngineSettings("gpu:99", 1));

    assertThatThrownBy(() -> provider.open(model("affine"), GpuAllotment.UNMANAGED))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("device gpu:99 is missing")
        .hasMessageContaining("millrace.engine.device");
  }

  @Test
  void saysAtLoadThatAModelReturnsSomethingElseThanItDeclares() throws Exception {
    ModelSpec honest = model("affine");
    TensorSpec wrong = new TensorSpec("y", Datatype.FP32, List.of(-1L, 4L));
    ModelSpec lying = with(honest, new ModelSignature(honest.signature().inputs(), List.of(wrong)));

    assertThatThrownBy(() -> ONE_STREAM.open(lying, GpuAllotment.UNMANAGED))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("affine/1")
        .hasMessageContaining("declares");
    assertThat(PyTorchEngineProvider.loadedModels()).isZero();
  }

  @Test
  void saysAtLoadThatPyTorchHasNoSuchDatatype() throws Exception {
    ModelSpec honest = model("affine");
    TensorSpec text = new TensorSpec("x", Datatype.BYTES, List.of(-1L));
    ModelSpec impossible =
        with(honest, new ModelSignature(List.of(text), honest.signature().outputs()));

    assertThatThrownBy(() -> ONE_STREAM.open(impossible, GpuAllotment.UNMANAGED))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("BYTES");
  }

  private static Outcome scored(Tensor... outputs) {
    return new Outcome.Scored(List.of(outputs));
  }
}

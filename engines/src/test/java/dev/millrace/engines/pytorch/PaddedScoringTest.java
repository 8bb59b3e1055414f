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
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests of different lengths in one batch, with real libtorch. */
class PaddedScoringTest {
  @Test
  void whatRequestsArePaddedWithDoesNotShow() throws Exception {
    List<Outcome> outcomes =
        score(
            "masked-mean",
            List.of(
                List.of(floats("x", shape(1, 1, 3), 1, 2, 3)),
                List.of(floats("x", shape(1, 3, 3), 0, 0, 0, 3, 3, 3, 6, 9, 12)),
                List.of(floats("x", shape(1, 2, 3), 1, 1, 1, 2, 2, 2))));

    assertThat(outcomes)
        .containsExactly(
            scored(floats("mean", shape(1, 3), 1, 2, 3)),
            scored(floats("mean", shape(1, 3), 3, 4, 5)),
            scored(floats("mean", shape(1, 3), 1.5f, 1.5f, 1.5f)));
  }

  @Test
  void outputsAreCutBackToTheLengthOfTheirRequestWhereverTheLengthStands() throws Exception {
    List<Outcome> outcomes =
        score(
            "per-position",
            List.of(
                List.of(
                    longs("ids", shape(2, 1), 1, 2), floats("weights", shape(2, 2, 1), 1, 2, 3, 4)),
                List.of(
                    longs("ids", shape(1, 3), 1, 2, 3),
                    floats("weights", shape(1, 2, 3), 1, 1, 1, 2, 3, 4))));

    assertThat(outcomes)
        .containsExactly(
            scored(
                floats("hidden", shape(2, 1, 2), 2, 3, 4, 14),
                floats("channels", shape(2, 2, 1), 2, 3, 5, 6),
                floats("total", shape(2, 1), 1, 2)),
            scored(
                floats("hidden", shape(1, 3, 2), 7, 3, 8, 8, 9, 15),
                floats("channels", shape(1, 2, 3), 7, 7, 7, 8, 9, 10),
                floats("total", shape(1, 1), 6)));
  }

  @Test
  void aBadRequestCostsOnlyItselfAmongOthersOfOtherLengths() throws Exception {
    List<List<Tensor>> requests = new ArrayList<>();
    for (int number = 0; number < 12; number++) {
      long[] ids = new long[number + 1];
      ids[number] = number == 7 ? -5 : number;
      requests.add(
          List.of(
              longs("ids", shape(1, ids.length), ids),
              floats("weights", shape(1, 2, ids.length), new float[2 * ids.length])));
    }

    List<Outcome> outcomes = score("per-position", requests);

    for (int number = 0; number < 12; number++) {
      if (number == 7) {
        assertThat(((Outcome.Failed) outcomes.get(number)).message())
            .contains("negative numbers are not welcome");
      } else {
        List<Tensor> outputs = ((Outcome.Scored) outcomes.get(number)).outputs();
        assertThat(outputs.get(0).shape()).containsExactly(1, number + 1, 2);
        assertThat(outputs.get(2)).isEqualTo(floats("total", shape(1, 1), number));
      }
    }
  }

  @Test
  void warmsUpWithTheGreatestLengthSoThatAModelWhichCannotTakeItIsFoundAtOnce() throws Exception {
    ModelSpec model = model("per-position");
    ModelSignature signature = model.signature();
    ModelSpec boastful =
        with(model, new ModelSignature(signature.inputs(), signature.outputs(), 13));

    assertThatThrownBy(() -> ONE_STREAM.open(boastful, GpuAllotment.UNMANAGED))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("per-position/1")
        .hasMessageContaining("more than 12 positions");
  }

  @Test
  void saysAtLoadThatADimensionIsDeclaredToVaryAndIsNotTheLength() throws Exception {
    ModelSpec model = model("masked-mean");
    ModelSignature wrong =
        new ModelSignature(
            model.signature().inputs(),
            List.of(new TensorSpec("mean", Datatype.FP32, List.of(-1L, -1L))));

    assertThatThrownBy(() -> ONE_STREAM.open(with(model, wrong), GpuAllotment.UNMANAGED))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("output 'mean' has shape [1, 3] for inputs of length 16")
        .hasMessageContaining("millrace.output");
  }

  @Test
  void aModelWithoutAGreatestLengthIsWarmedUpWithAPlausibleOne() throws Exception {
    ModelSpec model = model("masked-mean");
    ModelSignature signature = model.signature();
    ModelSpec unbounded = with(model, new ModelSignature(signature.inputs(), signature.outputs()));

    try (Engine engine = ONE_STREAM.open(unbounded, GpuAllotment.UNMANAGED)) {
      assertThat(engine.capacity()).isPositive();
    }
  }

  private static Outcome scored(Tensor... outputs) {
    return new Outcome.Scored(List.of(outputs));
  }
}

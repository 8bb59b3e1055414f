package dev.millrace.engines.pytorch;

import static dev.millrace.engines.pytorch.Fixtures.floats;
import static dev.millrace.engines.pytorch.Fixtures.longs;
import static dev.millrace.engines.pytorch.Fixtures.shape;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.InputRole;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the model is given. */
class BatchInputsTest {
  private static final TensorSpec IDS =
      new TensorSpec("ids", Datatype.INT64, List.of(-1L, -1L), new InputRole.Padded(-7));
  private static final TensorSpec WEIGHTS =
      new TensorSpec(
          "weights",
          Datatype.FP32,
          List.of(-1L, 2L, -1L),
          new InputRole.Padded(Float.floatToRawIntBits(0.5f)));
  private static final TensorSpec SCALE = new TensorSpec("scale", Datatype.FP32, List.of(-1L, 1L));

  private NDManager manager;

  @BeforeEach
  void openAManager() throws Exception {
    manager = PyTorchLibrary.load().newBaseManager();
  }

  @AfterEach
  void closeIt() {
    manager.close();
  }

  @Test
  void padsBehindTheLastPositionOfEveryRowAndMarksWhatIsReal() {
    NDList stacked =
        stack(
            List.of(IDS, mask(Datatype.INT32), SCALE, WEIGHTS),
            List.of(
                longs("ids", shape(2, 1), 1, 2),
                floats("scale", shape(2, 1), 8, 9),
                floats("weights", shape(2, 2, 1), 1, 2, 3, 4)),
            List.of(
                longs("ids", shape(1, 3), 3, 4, 5),
                floats("scale", shape(1, 1), 10),
                floats("weights", shape(1, 2, 3), 5, 6, 7, 8, 9, 10)));

    assertThat(stacked.get(0).getShape().getShape()).containsExactly(3, 3);
    assertThat(stacked.get(0).toLongArray()).containsExactly(1, -7, -7, 2, -7, -7, 3, 4, 5);
    assertThat(stacked.get(1).getShape().getShape()).containsExactly(3, 3);
    assertThat(stacked.get(1).toIntArray()).containsExactly(1, 0, 0, 1, 0, 0, 1, 1, 1);
    assertThat(stacked.get(2).toFloatArray()).containsExactly(8, 9, 10);
    assertThat(stacked.get(3).getShape().getShape()).containsExactly(3, 2, 3);
    assertThat(stacked.get(3).toFloatArray())
        .containsExactly(1, .5f, .5f, 2, .5f, .5f, 3, .5f, .5f, 4, .5f, .5f, 5, 6, 7, 8, 9, 10);
  }

  @Test
  void aShorterBatchAfterALongerOneHoldsNothingOfIt() {
    BatchInputs inputs = new BatchInputs(signature(List.of(IDS, mask(Datatype.BOOL))));
    BatchLayouts layouts = new BatchLayouts(signature(List.of(IDS, mask(Datatype.BOOL))));
    inputs.stack(
        layouts.of(List.of(request(0, List.of(longs("ids", shape(1, 4), 1, 2, 3, 4))))), manager);

    NDList stacked =
        inputs.stack(
            layouts.of(
                List.of(
                    request(0, List.of(longs("ids", shape(1, 1), 5))),
                    request(1, List.of(longs("ids", shape(1, 2), 6, 7))))),
            manager);

    assertThat(stacked.get(0).toLongArray()).containsExactly(5, -7, 6, 7);
    assertThat(stacked.get(1).toBooleanArray()).containsExactly(true, false, true, true);
  }

  @ParameterizedTest
  @EnumSource(
      value = Datatype.class,
      names = {"BOOL", "UINT8", "INT8", "INT32", "INT64", "FP16", "FP32", "FP64"})
  void aMaskHasTheDatatypeThatTheModelDeclares(Datatype datatype) {
    NDArray mask =
        stack(
                List.of(IDS, mask(datatype)),
                List.of(longs("ids", shape(1, 1), 1)),
                List.of(longs("ids", shape(1, 2), 1, 2)))
            .get(1);

    assertThat(mask.getDataType()).isEqualTo(DataTypes.require("mask", datatype));
    assertThat(mask.toType(DataType.FLOAT32, true).toFloatArray()).containsExactly(1, 0, 1, 1);
  }

  @Test
  void writesMorePaddingThanFitsIntoOneCopy() {
    long[] many = new long[2_000];
    NDArray ids =
        stack(
                List.of(IDS),
                List.of(longs("ids", shape(1, 1), 3)),
                List.of(longs("ids", shape(1, many.length), many)))
            .get(0);

    assertThat(ids.get(0).toLongArray()).startsWith(3, -7).endsWith(-7, -7).hasSize(many.length);
    assertThat(ids.get(0).sum().getLong()).isEqualTo(3 - 7L * (many.length - 1));
    assertThat(ids.get(1).sum().getLong()).isZero();
  }

  @SafeVarargs
  private NDList stack(List<TensorSpec> inputs, List<Tensor>... requests) {
    List<EngineRequest> batch =
        IntStream.range(0, requests.length).mapToObj(id -> request(id, requests[id])).toList();
    ModelSignature signature = signature(inputs);
    return new BatchInputs(signature).stack(new BatchLayouts(signature).of(batch), manager);
  }

  private static EngineRequest request(long id, List<Tensor> inputs) {
    return new EngineRequest(id, inputs);
  }

  private static TensorSpec mask(Datatype datatype) {
    return new TensorSpec("mask", datatype, List.of(-1L, -1L), new InputRole.Mask());
  }

  private static ModelSignature signature(List<TensorSpec> inputs) {
    return new ModelSignature(inputs, List.of(new TensorSpec("out", Datatype.FP32, List.of(-1L))));
  }
}

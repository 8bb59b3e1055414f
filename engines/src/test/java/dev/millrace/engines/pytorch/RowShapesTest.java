package dev.millrace.engines.pytorch;

import static dev.millrace.engines.pytorch.Fixtures.floats;
import static dev.millrace.engines.pytorch.Fixtures.longs;
import static dev.millrace.engines.pytorch.Fixtures.shape;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.InputRole;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowShapesTest {
  private static final TensorSpec IDS = new TensorSpec("ids", Datatype.INT64, List.of(-1L, -1L));
  private static final TensorSpec PADDED =
      new TensorSpec("ids", Datatype.INT64, List.of(-1L, -1L), new InputRole.Padded(0));
  private static final TensorSpec MASK =
      new TensorSpec("mask", Datatype.BOOL, List.of(-1L, -1L), new InputRole.Mask());
  private static final TensorSpec IMAGE =
      new TensorSpec("image", Datatype.FP32, List.of(-1L, 1L, -1L));
  private static final TensorSpec OUT = new TensorSpec("out", Datatype.FP32, List.of(-1L));

  private final EngineRequest oneLong = request(1, ids(1, 1));
  private final EngineRequest twoLong = request(2, ids(1, 2));
  private final EngineRequest alsoTwoLong = request(3, ids(4, 2));

  @Test
  void requestsOfAPaddedModelAllGoTogether() {
    assertThat(group(List.of(PADDED, MASK), oneLong, twoLong, alsoTwoLong))
        .containsExactly(List.of(oneLong, twoLong, alsoTwoLong));
  }

  @Test
  void withoutPaddingOnlyThoseOfOneShapeDo() {
    assertThat(group(List.of(IDS), oneLong, twoLong, alsoTwoLong))
        .containsExactly(List.of(oneLong), List.of(twoLong, alsoTwoLong));
  }

  @Test
  void besideWhatIsPaddedTheOtherInputsMustAgree() {
    EngineRequest narrow = request(1, ids(1, 1), floats("image", shape(1, 1, 1), 0));
    EngineRequest wide = request(2, ids(1, 1), floats("image", shape(1, 1, 2), 0, 0));
    EngineRequest longAndNarrow = request(3, ids(1, 9), floats("image", shape(1, 1, 1), 0));

    assertThat(group(List.of(MASK, PADDED, IMAGE), narrow, wide, longAndNarrow))
        .containsExactly(List.of(narrow, longAndNarrow), List.of(wide));
  }

  @Test
  void aModelWithoutRowsTakesOneRequestAtATime() {
    TensorSpec fixed = new TensorSpec("ids", Datatype.INT64, List.of(1L, -1L));

    assertThat(group(List.of(fixed), twoLong, twoLong))
        .containsExactly(List.of(twoLong), List.of(twoLong));
  }

  private static List<List<EngineRequest>> group(
      List<TensorSpec> inputs, EngineRequest... requests) {
    return new RowShapes(new ModelSignature(inputs, List.of(OUT))).group(List.of(requests));
  }

  private static EngineRequest request(long id, Tensor... inputs) {
    return new EngineRequest(id, List.of(inputs));
  }

  private static Tensor ids(int rows, int length) {
    return longs("ids", shape(rows, length), new long[rows * length]);
  }
}

package dev.millrace.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Shape;
import dev.millrace.protocol.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaddedSignatureTest {
  private static final TensorSpec IDS =
      new TensorSpec("ids", Datatype.INT64, List.of(-1L, -1L), new InputRole.Padded(0));
  private static final TensorSpec MASK =
      new TensorSpec("mask", Datatype.BOOL, List.of(-1L, -1L), new InputRole.Mask());
  private static final TensorSpec VECTORS =
      new TensorSpec("vectors", Datatype.FP32, List.of(-1L, 2L, -1L), new InputRole.Padded(0));
  private static final TensorSpec SCALE = new TensorSpec("scale", Datatype.FP32, List.of(-1L));
  private static final TensorSpec OUT = new TensorSpec("out", Datatype.FP32, List.of(-1L, -1L));

  private static final ModelSignature SIGNATURE =
      new ModelSignature(List.of(IDS, MASK, SCALE, VECTORS), List.of(OUT), 10);

  @Test
  void tellsRowsAndLengthAndTakesWhatIsSentInTheOrderOfTheSignature() {
    Tensor ids = tensor("ids", Datatype.INT64, 2, 7);
    Tensor vectors = tensor("vectors", Datatype.FP32, 2, 2, 7);
    Tensor scale = tensor("scale", Datatype.FP32, 2);

    assertThat(SIGNATURE.check(List.of(vectors, scale, ids), 8))
        .isEqualTo(new InputCheck.Accepted(List.of(ids, scale, vectors), 2, 7));
  }

  @Test
  void aModelThatPadsNothingHasNoLength() {
    ModelSignature plain =
        new ModelSignature(
            List.of(new TensorSpec("ids", Datatype.INT64, List.of(-1L, -1L))), List.of(OUT));

    assertThat(plain.check(List.of(tensor("ids", Datatype.INT64, 2, 7)), 8))
        .isInstanceOfSatisfying(
            InputCheck.Accepted.class, accepted -> assertThat(accepted.length()).isZero());
  }

  @Test
  void refusesAMaskThatIsSent() {
    assertRefused(
        List.of(ids(3), scale(), vectors(3), tensor("mask", Datatype.BOOL, 1, 3)),
        "input 'mask' is unknown: it is filled in by the engine; the model takes 'ids', 'scale', 'vectors'");
  }

  @Test
  void doesNotNameTheMaskAmongWhatIsMissing() {
    assertRefused(
        List.of(ids(3), scale()),
        "input 'vectors' is missing: the model takes 'ids', 'scale', 'vectors'");
  }

  @Test
  void refusesPaddedInputsOfDifferentLengths() {
    assertRefused(
        List.of(ids(3), scale(), vectors(4)),
        "input 'vectors' has length 4, but input 'ids' has 3: the padded inputs of a request have one length");
  }

  @Test
  void refusesWhatIsTooLongOrHasNoLength() {
    assertRefused(
        List.of(ids(11), scale(), vectors(11)),
        "input 'ids' has length 11, and at most 10 is accepted");
    assertRefused(List.of(ids(0), scale(), vectors(0)), "input 'ids' has length 0");
    assertThat(SIGNATURE.check(List.of(ids(10), scale(), vectors(10)), 8))
        .isInstanceOf(InputCheck.Accepted.class);
  }

  @Test
  void refusesRowsThatDoNotAgree() {
    assertRefused(
        List.of(ids(3), scale(), tensor("vectors", Datatype.FP32, 2, 2, 3)),
        "input 'vectors' has 2 rows, but input 'ids' has 1");
  }

  @Test
  void refusesAPaddedInputOfAnotherShape() {
    assertRefused(
        List.of(ids(3), scale(), tensor("vectors", Datatype.FP32, 1, 3, 3)),
        "input 'vectors': expected FP32 of shape [-1, 2, -1], found FP32 of shape [1, 3, 3]");
  }

  @Test
  void cannotBeDeclaredSoThatBatchesCouldNotBeScored() {
    TensorSpec fixed = new TensorSpec("scale", Datatype.FP32, List.of(3L));
    TensorSpec square = new TensorSpec("out", Datatype.FP32, List.of(-1L, -1L, -1L));

    assertThatThrownBy(() -> new ModelSignature(List.of(SCALE, MASK), List.of(OUT)))
        .hasMessageContaining("'mask' is a mask, but no input has a pad_value");
    assertThatThrownBy(() -> new ModelSignature(List.of(IDS, fixed), List.of(OUT)))
        .hasMessageContaining("'scale' has shape [3]");
    assertThatThrownBy(() -> new ModelSignature(List.of(IDS), List.of()))
        .hasMessageContaining("outputs must be declared");
    assertThatThrownBy(() -> new ModelSignature(List.of(IDS), List.of(square)))
        .hasMessageContaining("at most one -1 after the rows")
        .hasMessageContaining("[-1, -1, -1]");
  }

  private static Tensor ids(int length) {
    return tensor("ids", Datatype.INT64, 1, length);
  }

  private static Tensor vectors(int length) {
    return tensor("vectors", Datatype.FP32, 1, 2, length);
  }

  private static Tensor scale() {
    return tensor("scale", Datatype.FP32, 1);
  }

  private static void assertRefused(List<Tensor> inputs, String message) {
    assertThat(SIGNATURE.check(inputs, 8)).isEqualTo(new InputCheck.Refused(message));
  }

  private static Tensor tensor(String name, Datatype datatype, long... shape) {
    return new Tensor(
        name, datatype, shape, new byte[(int) Shape.elements(shape) * datatype.size()]);
  }
}

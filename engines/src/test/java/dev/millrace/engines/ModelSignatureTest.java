package dev.millrace.engines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelSignatureTest {
  private static final ModelSignature SIGNATURE =
      new ModelSignature(
          List.of(
              new TensorSpec("ids", Datatype.INT64, List.of(-1L, -1L)),
              new TensorSpec("mask", Datatype.BOOL, List.of(-1L, 4L))),
          List.of(new TensorSpec("out", Datatype.FP32, List.of(-1L))));

  private static final Tensor IDS = tensor("ids", Datatype.INT64, 2, 7);
  private static final Tensor MASK = tensor("mask", Datatype.BOOL, 2, 4);

  @Test
  void putsInputsIntoTheOrderOfTheSignatureAndCountsTheirRows() {
    assertThat(SIGNATURE.check(List.of(MASK, IDS), 8))
        .isEqualTo(new InputCheck.Accepted(List.of(IDS, MASK), 2));
  }

  @Test
  void namesWhatIsMissingOrUnknownAndWhatThereIs() {
    assertRefused(List.of(IDS), "'mask' is missing", "'ids', 'mask'");
    assertRefused(
        List.of(IDS, MASK, tensor("more", Datatype.BOOL, 2)), "'more' is unknown", "'ids', 'mask'");
  }

  @Test
  void namesWhatWasExpectedAndFound() {
    assertRefused(
        List.of(tensor("ids", Datatype.INT32, 2, 7), MASK),
        "'ids'",
        "expected INT64 of shape [-1, -1]",
        "found INT32 of shape [2, 7]");
    assertRefused(List.of(IDS, tensor("mask", Datatype.BOOL, 2, 5)), "'mask'", "[-1, 4]", "[2, 5]");
    assertRefused(List.of(tensor("ids", Datatype.INT64, 2), MASK), "'ids'", "[2]");
  }

  @Test
  void refusesRowsThatDoNotAgreeOrAreTooManyOrNone() {
    assertRefused(List.of(IDS, tensor("mask", Datatype.BOOL, 3, 4)), "3 rows", "has 2");
    assertRefused(
        List.of(tensor("ids", Datatype.INT64, 9, 1), tensor("mask", Datatype.BOOL, 9, 4)),
        "9 rows",
        "at most 8");
    assertRefused(
        List.of(tensor("ids", Datatype.INT64, 0, 1), tensor("mask", Datatype.BOOL, 0, 4)),
        "no rows");
  }

  @Test
  void aModelWithAFixedFirstDimensionTakesOneRequestAtATime() {
    ModelSignature fixed =
        new ModelSignature(List.of(new TensorSpec("x", Datatype.FP32, List.of(3L))), List.of());

    assertThat(fixed.batchable()).isFalse();
    assertThat(fixed.check(List.of(tensor("x", Datatype.FP32, 3)), 1))
        .isEqualTo(new InputCheck.Accepted(List.of(tensor("x", Datatype.FP32, 3)), 1));
  }

  @Test
  void aModelThatDeclaresNothingTakesWhatComes() {
    ModelSignature open = new ModelSignature(List.of(), List.of());

    assertThat(open.check(List.of(MASK, IDS), 1))
        .isEqualTo(new InputCheck.Accepted(List.of(MASK, IDS), 1));
    assertThat(open.checkOutputs(List.of("anything"))).isEmpty();
  }

  @Test
  void namesAnOutputThatTheModelDoesNotGive() {
    assertThat(SIGNATURE.checkOutputs(List.of("out"))).isEmpty();
    assertThat(SIGNATURE.checkOutputs(List.of("in")))
        .hasValueSatisfying(problem -> assertThat(problem).contains("'in'", "'out'"));
  }

  private static void assertRefused(List<Tensor> inputs, String... parts) {
    assertThat(SIGNATURE.check(inputs, 8))
        .isInstanceOfSatisfying(
            InputCheck.Refused.class, refused -> assertThat(refused.message()).contains(parts));
  }

  private static Tensor tensor(String name, Datatype datatype, long... shape) {
    long elements = dev.millrace.protocol.Shape.elements(shape);
    return new Tensor(name, datatype, shape, new byte[(int) elements * datatype.size()]);
  }
}

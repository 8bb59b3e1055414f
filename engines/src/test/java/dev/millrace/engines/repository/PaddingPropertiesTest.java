package dev.millrace.engines.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.InputRole;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys by which a model says what is padded. */
class PaddingPropertiesTest {
  private static final String DECLARED =
      """
      millrace.inputs=ids,mask,scale
      millrace.input.ids.datatype=INT64
      millrace.input.ids.shape=-1,-1
      millrace.input.mask.datatype=BOOL
      millrace.input.mask.shape=-1,-1
      millrace.input.scale.datatype=FP32
      millrace.input.scale.shape=-1,2
      millrace.outputs=out
      millrace.output.out.datatype=FP32
      millrace.output.out.shape=-1,-1,256
      """;

  @TempDir Path directory;

  @Test
  void readsWhatIsPaddedAndWhatIsAMask() throws Exception {
    ModelSignature signature =
        signature(
            """
            millrace.input.ids.pad_value=-100
            millrace.input.mask.role=mask
            millrace.max_length=128
            """);

    assertThat(signature.inputs())
        .extracting(TensorSpec::role)
        .containsExactly(new InputRole.Padded(-100), new InputRole.Mask(), new InputRole.AsSent());
    assertThat(signature.maximumLength()).isEqualTo(128);
    assertThat(signature.sentInputs()).extracting(TensorSpec::name).containsExactly("ids", "scale");
    assertThat(signature.batchable()).isTrue();
  }

  @Test
  void withoutAGreatestLengthAnyIsTaken() throws Exception {
    assertThat(signature("millrace.input.ids.pad_value=0\n").maximumLength())
        .isEqualTo(ModelSignature.UNBOUNDED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.ids.pad_value=1.5 | input.ids.pad_value: '1.5' is not an element of INT64",
        "input.ids.pad_value= | input.ids.pad_value: '' is not an element of INT64",
        "input.mask.role=masc | input.mask.role: 'masc' is not mask",
        "input.mask.role=mask | inputs: 'mask' is a mask, but no input has a pad_value",
        "input.scale.role=mask | input.scale.role: a mask has shape [-1, -1], not [-1, 2]",
        "input.scale.pad_value=0 | input.scale.pad_value: what is padded has -1 rows and one more dimension of -1, not shape [-1, 2]",
        "max_length=128 | max_length: no input has a pad_value",
        "max_length=0 | max_length: '0' is not a positive integer",
      })
  void saysWhichKeyOfWhichFileIsWrong(String line, String message) {
    assertInvalid("millrace." + line, "millrace." + message);
  }

  @Test
  void aMaskIsNotPadded() {
    assertInvalid(
        "millrace.input.ids.pad_value=0\nmillrace.input.mask.role=mask\nmillrace.input.mask.pad_value=0",
        "millrace.input.mask.pad_value: a mask is filled in by the engine, not padded");
  }

  @Test
  void whatIsPaddedHasRowsFirst() {
    assertInvalid(
        "millrace.input.ids.pad_value=0\nmillrace.input.ids.shape=1,-1",
        "millrace.input.ids.pad_value: what is padded has -1 rows");
  }

  @Test
  void onlyOneDimensionIsPadded() {
    assertInvalid(
        "millrace.input.ids.pad_value=0\nmillrace.input.ids.shape=-1,-1,-1",
        "one more dimension of -1, not shape [-1, -1, -1]");
  }

  @Test
  void textIsNotPadded() {
    assertInvalid(
        "millrace.input.ids.pad_value=0\nmillrace.input.ids.datatype=BYTES",
        "millrace.input.ids.pad_value: '0' is not an element of BYTES");
  }

  @Test
  void allInputsOfAModelThatPadsHaveRows() {
    assertInvalid(
        "millrace.input.ids.pad_value=0\nmillrace.input.scale.shape=2",
        "millrace.inputs: inputs are padded, so all have -1 rows, but 'scale' has shape [2]");
  }

  @Test
  void aModelThatPadsDeclaresItsOutputs() {
    assertInvalid(
        "millrace.input.ids.pad_value=0\nmillrace.outputs=",
        "inputs are padded, so the outputs must be declared to be cut back");
  }

  /** Of two lines for one key the later counts. */
  private ModelSignature signature(String lines) throws Exception {
    Files.writeString(directory.resolve("serving.properties"), DECLARED + lines);
    return ServingProperties.read(directory).signature();
  }

  private void assertInvalid(String lines, String message) {
    assertThatThrownBy(() -> signature(lines))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(directory.resolve("serving.properties").toString())
        .hasMessageContaining(message);
  }
}

package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.Tensor;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinaryTensorsTest {
  private static final ModelReference MODEL = new ModelReference("m", null);

  private final RequestDecoder decoder = new RequestDecoder(RequestLimits.defaults());

  private InferenceBody read(String json, byte... data) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json.replace('\'', '"').getBytes(UTF_8));
    int length = body.size();
    body.writeBytes(data);
    return BinaryTensors.read(body.toByteArray(), Integer.toString(length), MODEL, decoder);
  }

  @Test
  void binaryInputsAndThoseInJsonStandSideBySide() {
    InferenceBody body =
        read(
            """
            {'id':'i','inputs':[
              {'name':'a','shape':[2],'datatype':'INT16','parameters':{'binary_data_size':4}},
              {'name':'b','shape':[1],'datatype':'INT8','data':[7]},
              {'name':'c','shape':[2],'datatype':'BYTES','parameters':{'binary_data_size':9}}],
             'outputs':[{'name':'x','parameters':{'binary_data':true}},{'name':'y'}]}""",
            new byte[] {1, 0, 2, 0, 1, 0, 0, 0, 'h', 0, 0, 0, 0});
    assertThat(body.request().id()).isEqualTo("i");
    assertThat(body.request().inputs())
        .containsExactly(
            new Tensor("a", Datatype.INT16, new long[] {2}, new byte[] {1, 0, 2, 0}),
            new Tensor("b", Datatype.INT8, new long[] {1}, new byte[] {7}),
            new Tensor(
                "c", Datatype.BYTES, new long[] {2}, new byte[] {1, 0, 0, 0, 'h', 0, 0, 0, 0}));
    assertThat(body.isBinary("x")).isTrue();
    assertThat(body.isBinary("y")).isFalse();
  }

  @Test
  void allOutputsMayBeWantedInBinary() {
    InferenceBody body =
        read(
            "{'parameters':{'binary_data_output':true},'inputs':[{'name':'b','shape':[1],'datatype':'INT8','data':[7]}]}");
    assertThat(body.isBinary("whatever")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [2] | INT16 | 3 | 4 bytes are left over
          [2] | INT16 | 4 | too few follow
          [3] | INT16 | 4 | not what the shape takes
          [-1] | INT16 | 4 | no shape
          [9223372036854775807,9] | INT16 | 4 | overflows
          [2] | INT17 | 4 | no datatype
          [2] | INT16 | -4 | no size
          [2] | INT16 | 1.5 | no size
          [1] | BYTES | 4 | an element that is cut off
          """)
  void whatIsNotWhatItSaysIsRefused(String shape, String datatype, String size, String why) {
    String json =
        "{'inputs':[{'name':'a','shape':%s,'datatype':'%s','parameters':{'binary_data_size':%s}}]}"
            .formatted(shape, datatype, size);
    byte[] data = why.startsWith("too few") ? new byte[2] : new byte[] {9, 0, 0, 0};
    assertThatThrownBy(() -> read(json, data)).as(why).isInstanceOf(Rejection.class);
  }

  @ParameterizedTest
  @CsvSource({"x", "-1", "99999999", "99999999999999"})
  void theLengthOfTheJsonMustBeOne(String length) {
    assertThatThrownBy(() -> BinaryTensors.read(new byte[4], length, MODEL, decoder))
        .isInstanceOf(Rejection.class);
  }

  @Test
  void aNameThatIsUsedTwiceIsRefused() {
    String input = "{'name':'a','shape':[1],'datatype':'INT8','parameters':{'binary_data_size':1}}";
    assertThatThrownBy(() -> read("{'inputs':[" + input + "," + input + "]}", (byte) 1, (byte) 2))
        .isInstanceOf(Rejection.class);
  }
}

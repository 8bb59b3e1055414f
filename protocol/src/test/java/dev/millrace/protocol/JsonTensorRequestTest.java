package dev.millrace.protocol;

import static dev.millrace.protocol.Requests.decode;
import static dev.millrace.protocol.Requests.tensorRequest;
import static dev.millrace.protocol.Requests.withInput;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTensorRequestTest {
  @Test
  void readsEveryFieldOfARequest() {
    TensorRequest request =
        tensorRequest(
            decode(
                """
                {'id':'r-1','model_name':'digits','model_version':'3',
                 'parameters':{'priority':2,'timeout':1500000,'note':'x','scale':0.5,'debug':true},
                 'inputs':[{'name':'a','shape':[2],'datatype':'INT16','data':[-2,258]},
                           {'name':'b','shape':[1,1],'datatype':'BOOL','data':[true]}],
                 'outputs':[{'name':'scores'},{'parameters':{'k':[1]},'name':'labels'}]}"""));

    assertThat(request.id()).isEqualTo("r-1");
    assertThat(request.model()).isEqualTo(new ModelReference("digits", "3"));
    assertThat(request.parameters())
        .isEqualTo(
            Map.of(
                "priority", new ParameterValue.Int64(2),
                "timeout", new ParameterValue.Int64(1_500_000),
                "note", new ParameterValue.Text("x"),
                "scale", new ParameterValue.Float64(0.5),
                "debug", new ParameterValue.Bool(true)));
    assertThat(request.inputs())
        .containsExactly(
            new Tensor("a", Datatype.INT16, new long[] {2}, new byte[] {-2, -1, 2, 1}),
            new Tensor("b", Datatype.BOOL, new long[] {1, 1}, new byte[] {1}));
    assertThat(request.outputs()).containsExactly("scores", "labels");
  }

  @Test
  void readsARequestWithoutOptionalFields() {
    TensorRequest request =
        tensorRequest(
            decode(
                "{'model_name':'m','inputs':[{'name':'a','shape':[],'datatype':'UINT8','data':[7]}]}"));

    assertThat(request.id()).isNull();
    assertThat(request.model()).isEqualTo(new ModelReference("m", null));
    assertThat(request.parameters()).isEmpty();
    assertThat(request.outputs()).isEmpty();
    assertThat(request.inputs().get(0).elements()).isEqualTo(1);
  }

  @Test
  void takesNullForAnAbsentField() {
    TensorRequest request =
        tensorRequest(
            decode(
                """
                {'id':null,'model_name':'m','model_version':null,'parameters':null,'outputs':null,'prompt':null,
                 'inputs':[{'name':'a','shape':[1],'datatype':'UINT8','data':[7],'parameters':null}]}"""));

    assertThat(request.id()).isNull();
    assertThat(request.model().version()).isNull();
  }

  @Test
  void takesAnIntegerForAVersion() {
    assertThat(
            tensorRequest(
                    decode(
                        withInput("'name':'a','shape':[0],'datatype':'INT8','data':[]")
                            .replace("'id'", "'model_version':12,'id'")))
                .model())
        .isEqualTo(new ModelReference("m", "12"));
  }

  @Test
  void ignoresFieldsItDoesNotKnow() {
    TensorRequest request =
        tensorRequest(
            decode(
                """
                {'x':{'inputs':[1,{'y':[]}]},'temperature':'hot','model_name':'m',
                 'inputs':[{'z':[[1]],'name':'a','shape':[1],'datatype':'UINT8','data':[7],'parameters':{'q':[]}}],
                 'w':[{}]}"""));

    assertThat(request.inputs()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'name':'a','shape':[2,2],'datatype':'INT8','data':[1,2,3,4]",
        "'data':[1,2,3,4],'name':'a','shape':[2,2],'datatype':'INT8'",
        "'data':[[1,2],[3,4]],'datatype':'INT8','shape':[2,2],'name':'a'",
        "'datatype':'INT8','data':[[1,2],[3,4]],'shape':[2,2],'name':'a'",
        "'shape':[2,2],'datatype':'INT8','data': [ [1, 2] , [3, 4] ] ,'name':'a'",
      })
  void readsFieldsInAnyOrderAndDataFlatOrNested(String fields) {
    assertThat(tensorRequest(decode(withInput(fields))).inputs())
        .containsExactly(
            new Tensor("a", Datatype.INT8, new long[] {2, 2}, new byte[] {1, 2, 3, 4}));
  }

  @Test
  void readsDataThatPrecedesItsDatatypeBehindTextOfSeveralBytesACharacter() {
    String fields = "'note':'Größe 😀','data':['é','😀'],'name':'ä','shape':[2],'datatype':'BYTES'";

    assertThat(tensorRequest(decode("\ufeff" + withInput(fields))).inputs().get(0).data())
        .isEqualTo(
            new byte[] {
              2,
              0,
              0,
              0,
              (byte) 0xc3,
              (byte) 0xa9,
              4,
              0,
              0,
              0,
              (byte) 0xf0,
              (byte) 0x9f,
              (byte) 0x98,
              (byte) 0x80
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[[],[]]"})
  void readsATensorWithoutElements(String data) {
    String fields = "'name':'a','shape':[2,0],'datatype':'FP32','data':" + data;

    assertThat(tensorRequest(decode(withInput(fields))).inputs().get(0).data()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8, 255, 255",
    "UINT16, 65535, 65535",
    "UINT32, 4294967295, 4294967295",
    "UINT64, 9223372036854775807, 9223372036854775807",
    "UINT64, 9223372036854775808, -9223372036854775808",
    "UINT64, 18446744073709551615, -1",
    "UINT64, 0, 0",
    "INT8, -128, 128",
    "INT16, -32768, 32768",
    "INT32, -2147483648, 2147483648",
    "INT64, -9223372036854775808, -9223372036854775808",
    "INT64, 9223372036854775807, 9223372036854775807",
    "INT64, -0, 0",
    "FP16, 65504, 0x7bff",
    "FP16, -65519.99, 0xfbff",
    "FP16, 1e-8, 0",
    "FP16, 6e-8, 1",
    "FP16, 1.0009765625, 0x3c01",
    "FP32, 0.1, 0x3dcccccd",
    "FP32, 16777217, 0x4b800000",
    "FP32, 1.00000017881393432617187499, 0x3f800001",
    "FP32, 1.00000017881393432617187501, 0x3f800002",
    "FP32, 3.4028235e38, 0x7f7fffff",
    "FP32, 1e-46, 0",
    "FP32, -0.0, 0x80000000",
    "FP64, 0.1, 0x3fb999999999999a",
    "FP64, 1.7976931348623157e308, 0x7fefffffffffffff",
    "FP64, 123456789012345678901234567890, 0x45f8ee90ff6c373e",
  })
  void readsTheExtremesOfEveryNumericDatatype(String datatype, String element, String bits) {
    String fields = "'name':'a','shape':[1],'datatype':'%s','data':[%s]";
    Tensor tensor =
        tensorRequest(decode(withInput(fields.formatted(datatype, element)))).inputs().get(0);

    byte[] expected =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(
                bits.startsWith("0x")
                    ? Long.parseUnsignedLong(bits.substring(2), 16)
                    : Long.parseLong(bits))
            .array();
    assertThat(tensor.data()).isEqualTo(Arrays.copyOf(expected, tensor.data().length));
    assertThat(tensor.data()).hasSize(tensor.datatype().size());
  }

  @Test
  void readsBytesAsUtf8WithItsEscapes() {
    String fields = "'name':'a','shape':[2],'datatype':'BYTES','data':['\\u00e9\\ud83d\\ude00','']";

    assertThat(tensorRequest(decode(withInput(fields))).inputs().get(0).data())
        .isEqualTo(
            new byte[] {
              6,
              0,
              0,
              0,
              (byte) 0xc3,
              (byte) 0xa9,
              (byte) 0xf0,
              (byte) 0x9f,
              (byte) 0x98,
              (byte) 0x80,
              0,
              0,
              0,
              0
            });
  }

  @Test
  void acceptsExactlyAsManyElementsAsTheLimit() {
    RequestDecoder decoder = new RequestDecoder(new RequestLimits(1000, 4, 32));
    String four = "'name':'a','datatype':'INT8','data':[1,2,3,4],'shape':[4]";
    String five = "'name':'a','datatype':'INT8','data':[1,2,3,4,5],'shape':[5]";

    assertThat(decoder.decode(Requests.json(withInput(four)), Encoding.JSON))
        .isInstanceOf(Decoded.Request.class);
    assertThat(decoder.decode(Requests.json(withInput(five)), Encoding.JSON))
        .isInstanceOf(Decoded.Invalid.class);
  }
}

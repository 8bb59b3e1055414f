package dev.millrace.protocol;

import static dev.millrace.protocol.Requests.decode;
import static dev.millrace.protocol.Requests.tensorRequest;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.protocol.protobuf.wire.InferParameter;
import dev.millrace.protocol.protobuf.wire.InferTensorContents;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest.InferInputTensor;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest.InferRequestedOutputTensor;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufTensorRequestTest {
  private static final RequestDecoder DECODER = new RequestDecoder(RequestLimits.defaults());

  @Test
  void readsEveryFieldOfARequest() {
    TensorRequest request =
        tensorRequest(
            decode(
                message(input("INT16", 2))
                    .setModelVersion("3")
                    .putParameters("p", InferParameter.newBuilder().setInt64Param(2).build())
                    .putParameters("u", InferParameter.newBuilder().setUint64Param(3).build())
                    .putParameters("s", InferParameter.newBuilder().setStringParam("x").build())
                    .putParameters("d", InferParameter.newBuilder().setDoubleParam(0.5).build())
                    .putParameters("b", InferParameter.newBuilder().setBoolParam(true).build())
                    .addOutputs(InferRequestedOutputTensor.newBuilder().setName("scores"))
                    .addRawInputContents(bytes("feff0201"))
                    .build()));

    assertThat(request.id()).isEqualTo("i");
    assertThat(request.model()).isEqualTo(new ModelReference("m", "3"));
    assertThat(request.parameters())
        .isEqualTo(
            Map.of(
                "p", new ParameterValue.Int64(2),
                "u", new ParameterValue.Int64(3),
                "s", new ParameterValue.Text("x"),
                "d", new ParameterValue.Float64(0.5),
                "b", new ParameterValue.Bool(true)));
    assertThat(request.outputs()).containsExactly("scores");
    assertThat(request.inputs())
        .containsExactly(
            new Tensor("a", Datatype.INT16, new long[] {2}, new byte[] {-2, -1, 2, 1}));
  }

  @ParameterizedTest
  @MethodSource("typedContents")
  void readsTypedContents(String datatype, InferTensorContents.Builder contents, String data) {
    InferInputTensor.Builder input = input(datatype, 2).setContents(contents);

    assertThat(tensorRequest(decode(message(input).build())).inputs())
        .containsExactly(
            new Tensor("a", Datatype.valueOf(datatype), new long[] {2}, bytes(data).toByteArray()));
  }

  static Stream<Arguments> typedContents() {
    return Stream.of(
        Arguments.of("BOOL", contents().addBoolContents(true).addBoolContents(false), "0100"),
        Arguments.of("INT8", contents().addIntContents(-128).addIntContents(127), "807f"),
        Arguments.of("INT16", contents().addIntContents(-32768).addIntContents(1), "00800100"),
        Arguments.of("INT32", contents().addIntContents(-1).addIntContents(1), "ffffffff01000000"),
        Arguments.of(
            "INT64",
            contents().addInt64Contents(-1).addInt64Contents(1),
            "ffffffffffffffff0100000000000000"),
        Arguments.of("UINT8", contents().addUintContents(255).addUintContents(0), "ff00"),
        Arguments.of("UINT16", contents().addUintContents(65535).addUintContents(1), "ffff0100"),
        Arguments.of(
            "UINT32", contents().addUintContents(-1).addUintContents(1), "ffffffff01000000"),
        Arguments.of(
            "UINT64",
            contents().addUint64Contents(-1).addUint64Contents(1),
            "ffffffffffffffff0100000000000000"),
        Arguments.of(
            "FP32", contents().addFp32Contents(1).addFp32Contents(Float.NaN), "0000803f0000c07f"),
        Arguments.of(
            "FP64",
            contents().addFp64Contents(1).addFp64Contents(-2),
            "000000000000f03f00000000000000c0"),
        Arguments.of(
            "BYTES",
            contents().addBytesContents(bytes("ff00")).addBytesContents(ByteString.EMPTY),
            "02000000ff0000000000"));
  }

  @ParameterizedTest
  @MethodSource("invalidRequests")
  void rejectsARequestThatIsNotWhatItDeclares(
      ModelInferRequest.Builder message, ErrorCode code, String expected) {
    assertThat(decode(message.build()))
        .isEqualTo(new Decoded.Invalid("i", new ModelReference("m", null), code, expected));
  }

  static Stream<Arguments> invalidRequests() {
    return Stream.of(
        invalidTensor(
            raw("INT16", 2, "000000"),
            "INT16 of shape [2] takes 2 elements of 2 bytes, found 3 bytes"),
        invalidTensor(
            raw("INT16", 2, "00000000000000"),
            "INT16 of shape [2] takes 2 elements of 2 bytes, found 7 bytes"),
        invalidTensor(raw("BOOL", 2, "0102"), "element 1: expected BOOL (0 or 1), found 2"),
        invalidTensor(
            raw("BYTES", 1, "010000"), "element 0: expected a length of 4 bytes, found 3 bytes"),
        invalidTensor(raw("BYTES", 1, "02000000ff"), "element 0: expected 2 bytes, found 1"),
        invalidTensor(
            raw("BYTES", 1, "ffffffffff"), "element 0: expected 4294967295 bytes, found 1"),
        invalidTensor(raw("BYTES", 1, "0000000000000000"), "shape [1] takes 1 elements, found 2"),
        invalidTensor(raw("BYTES", 3, "00000000"), "shape [3] takes 3 elements, found 1"),
        invalidTensor(raw("FP32", -1, ""), "shape [-1]: dimension -1 is negative"),
        invalidTensor(
            raw("FP32", 1L << 62, ""),
            "shape [4611686018427387904] brings the request to 4611686018427387904 elements, at most 16777216 are allowed"),
        invalidTensor(raw("", 1, "00"), "datatype is missing"),
        invalidTensor(
            raw("int8", 1, "00"),
            "datatype 'int8' is not one of [BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BYTES]"),
        invalidTensor(
            message(input("INT8", 1).setContents(contents().addIntContents(1)))
                .addRawInputContents(bytes("01")),
            "expected its data in either contents or raw_input_contents, found both"),
        invalidTensor(
            typed("INT8", contents().addIntContents(128)),
            "element 0: expected INT8 (an integer from -128 to 127), found 128"),
        invalidTensor(
            typed("UINT16", contents().addUintContents(-1)),
            "element 0: expected UINT16 (an integer from 0 to 65535), found 4294967295"),
        invalidTensor(
            typed("INT8", contents().addInt64Contents(1)), "shape [1] takes 1 elements, found 0"),
        invalidTensor(
            typed("FP32", contents().addFp32Contents(1).addFp32Contents(2)),
            "shape [1] takes 1 elements, found 2"),
        invalidTensor(
            typed("FP16", contents().addFp32Contents(1)),
            "expected FP16 data in raw_input_contents: it has no typed contents"),
        invalidRequest(message(), "inputs is empty"),
        invalidRequest(
            message(input("INT8", 1), input("INT8", 1)).addRawInputContents(bytes("01")),
            "raw_input_contents: expected one entry for each of 2 inputs, found 1"),
        invalidRequest(
            raw("INT8", 1, "00").addOutputs(InferRequestedOutputTensor.newBuilder()),
            "outputs[0]: name is missing"),
        invalidRequest(
            raw("INT8", 1, "00").putParameters("p", InferParameter.getDefaultInstance()),
            "parameter 'p': expected a boolean, a number or a string, found none"),
        invalidRequest(
            raw("INT8", 1, "00")
                .putParameters("p", InferParameter.newBuilder().setUint64Param(-1).build()),
            "parameter 'p': expected an integer up to 9223372036854775807, found 18446744073709551615"));
  }

  @Test
  void rejectsARequestForNoModel() {
    assertThat(decode(raw("INT8", 1, "00").clearModelName().build()))
        .isEqualTo(
            new Decoded.Invalid("i", null, ErrorCode.INVALID_REQUEST, "model_name is missing"));
  }

  @Test
  void namesATensorWithoutANameByItsPosition() {
    ModelInferRequest.Builder message =
        message(input("INT8", 1).clearName()).addRawInputContents(bytes("01"));

    assertThat(((Decoded.Invalid) decode(message.build())).message())
        .isEqualTo("inputs[0]: name is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "ff",
        "0a",
        "0a05",
        "0a01ff",
        "1a02c3",
        "07",
        "0b",
        "08",
        "2a020a05",
        "9a0100",
        "0c"
      })
  void bytesThatAreNoMessageAreNoRequest(String hexadecimal) {
    assertThat(DECODER.decode(bytes(hexadecimal).toByteArray(), Encoding.PROTOBUF))
        .isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void jsonIsNoMessage() {
    assertThat(
            DECODER.decode(
                "{\"model_name\":\"m\"}".getBytes(StandardCharsets.UTF_8), Encoding.PROTOBUF))
        .isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void groupsNestedBeyondTheLimitAreNoRequest() {
    assertThat(DECODER.decode(bytes("a30f".repeat(100_000)).toByteArray(), Encoding.PROTOBUF))
        .isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void millionsOfEmptyMessagesAreRefusedBeforeTheyAreMade() {
    byte[] value = bytes("1a01690a016d" + "2a00".repeat(1_000_000)).toByteArray();

    assertThat(DECODER.decode(value, Encoding.PROTOBUF))
        .isEqualTo(
            new Decoded.Invalid(
                "i",
                new ModelReference("m", null),
                ErrorCode.INVALID_REQUEST,
                "1000000 tensors, outputs and parameters, at most 65536 are allowed"));
  }

  @Test
  void emptyMessagesAreCountedToTheLast() {
    byte[] allowed = bytes("2a00".repeat(65_536)).toByteArray();
    byte[] oneMore = bytes("2a00".repeat(65_537)).toByteArray();

    assertThat(DECODER.decode(allowed, Encoding.PROTOBUF))
        .isEqualTo(
            new Decoded.Invalid(null, null, ErrorCode.INVALID_REQUEST, "model_name is missing"));
    assertThat(DECODER.decode(oneMore, Encoding.PROTOBUF))
        .isEqualTo(
            new Decoded.Malformed(
                "65537 tensors, outputs and parameters, at most 65536 are allowed"));
  }

  private static Arguments invalidTensor(ModelInferRequest.Builder message, String problem) {
    return Arguments.of(message, ErrorCode.INVALID_TENSOR, "tensor 'a': " + problem);
  }

  private static Arguments invalidRequest(ModelInferRequest.Builder message, String problem) {
    return Arguments.of(message, ErrorCode.INVALID_REQUEST, problem);
  }

  private static ModelInferRequest.Builder raw(String datatype, long length, String data) {
    return message(input(datatype, length)).addRawInputContents(bytes(data));
  }

  private static ModelInferRequest.Builder typed(
      String datatype, InferTensorContents.Builder contents) {
    return message(input(datatype, 1).setContents(contents));
  }

  private static ModelInferRequest.Builder message(InferInputTensor.Builder... inputs) {
    ModelInferRequest.Builder message = ModelInferRequest.newBuilder().setModelName("m").setId("i");
    List.of(inputs).forEach(message::addInputs);
    return message;
  }

  private static InferInputTensor.Builder input(String datatype, long length) {
    return InferInputTensor.newBuilder().setName("a").setDatatype(datatype).addShape(length);
  }

  private static InferTensorContents.Builder contents() {
    return InferTensorContents.newBuilder();
  }

  private static ByteString bytes(String hexadecimal) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hexadecimal));
  }
}

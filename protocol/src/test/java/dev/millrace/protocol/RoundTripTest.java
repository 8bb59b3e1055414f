package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.protobuf.wire.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {
  private static final int ROUNDS = 300;
  private static final ModelVersion MODEL = new ModelVersion("m", 3);

  private final RequestDecoder requestDecoder = new RequestDecoder(RequestLimits.defaults());
  private final ResultEncoder resultEncoder = new ResultEncoder();
  private final ResultDecoder resultDecoder = new ResultDecoder();

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void resultsOfEveryDatatypeComeBackAsTheyWere(Encoding encoding) throws MalformedResultException {
    RandomTensors tensors = new RandomTensors(new Random(1));
    for (int round = 0; round < ROUNDS; round++) {
      TensorResult result =
          new TensorResult(
              "id-" + round,
              MODEL,
              Map.of(
                  "text", new ParameterValue.Text("\"ü\n"),
                  "bool", new ParameterValue.Bool(true),
                  "integer", new ParameterValue.Int64(Long.MIN_VALUE),
                  "number", new ParameterValue.Float64(-1.5e-300)),
              tensors.someOfEachDatatype());

      byte[] value = resultEncoder.encode(result, encoding);

      assertThat(resultDecoder.decode(value, encoding, ResultStatus.OK)).isEqualTo(result);
      assertThat(resultEncoder.encode(result, encoding)).isEqualTo(value);
    }
  }

  @Test
  void inProtobufAResultIsTheBytesThatTheGeneratedClassWrites() throws Exception {
    RandomTensors tensors = new RandomTensors(new Random(3));
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, ParameterValue> parameters =
          round % 2 == 0
              ? Map.of()
              : Map.of("", new ParameterValue.Text("ü"), "n", new ParameterValue.Int64(-round));
      Result result =
          round % 3 == 0
              ? new ErrorResult(
                  "", ResultStatus.FAILED, ErrorCode.ENGINE_FAILURE, "ä".repeat(round))
              : new TensorResult("id", MODEL, parameters, tensors.someOfEachDatatype());

      byte[] value = resultEncoder.encode(result, Encoding.PROTOBUF);

      assertThat(ModelInferResponse.parseFrom(value).toByteArray()).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void requestsOfEveryDatatypeComeThroughAsTheyWere(Encoding encoding) {
    RandomTensors tensors = new RandomTensors(new Random(2));
    for (int round = 0; round < ROUNDS; round++) {
      List<Tensor> inputs = tensors.someOfEachDatatype();
      byte[] value =
          switch (encoding) {
            case JSON -> Requests.jsonWith("id-" + round, inputs);
            case PROTOBUF -> Requests.messageWith("id-" + round, inputs).toByteArray();
          };

      assertThat(requestDecoder.decode(value, encoding))
          .isEqualTo(
              new Decoded.Request(
                  new TensorRequest(
                      "id-" + round, new ModelReference("m", "1"), Map.of(), inputs, List.of())));
    }
  }

  @ParameterizedTest
  @EnumSource(value = ResultStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void errorsComeBackAsTheyWere(ResultStatus status) throws MalformedResultException {
    for (ErrorCode code : ErrorCode.values()) {
      ErrorResult error = new ErrorResult("i", status, code, "tensor 'ä': \"\n\u0000 found 😀");
      for (Encoding encoding : Encoding.values()) {
        assertThat(resultDecoder.decode(resultEncoder.encode(error, encoding), encoding, status))
            .isEqualTo(error);
      }
    }
  }

  @Test
  void writesAResultAsTheProtocolHasIt() {
    Tensor scores =
        new Tensor("scores", Datatype.FP32, new long[] {1, 3}, floats(0.1f, 1e10f, Float.NaN));
    TensorResult result =
        new TensorResult("i", MODEL, Map.of("n", new ParameterValue.Int64(1)), List.of(scores));

    assertThat(json(result))
        .isEqualTo(
            """
            {"model_name":"m","model_version":"3","id":"i","parameters":{"n":1},"outputs":[\
            {"name":"scores","datatype":"FP32","shape":[1,3],"data":[0.1,1.0E10,null]}]}""");
  }

  @Test
  void writesAnErrorWithTheFieldsOfOpenAis() {
    assertThat(
            json(
                new ErrorResult(
                    "i",
                    ResultStatus.REJECTED,
                    ErrorCode.MODEL_NOT_FOUND,
                    "no 'm'",
                    "model",
                    null)))
        .isEqualTo(
            """
            {"id":"i","error":{"code":"model_not_found","message":"no 'm'",\
            "type":"invalid_request_error","param":"model"}}""");
  }

  @Test
  void anErrorSaysWhatHadBeenGenerated() throws MalformedResultException {
    ErrorResult error =
        new ErrorResult(
            "i",
            ResultStatus.CANCELLED,
            ErrorCode.CANCELLED,
            "after 7 tokens",
            null,
            new Usage(3, 7));

    assertThat(
            resultDecoder.decode(
                resultEncoder.encode(error, Encoding.JSON), Encoding.JSON, error.status()))
        .isEqualTo(error);
  }

  @Test
  void completionsComeBackAsTheyWere() throws MalformedResultException {
    Map<String, Double> top = new LinkedHashMap<>();
    top.put("\n", -0.25);
    top.put("ü", -1.5);
    CompletionResult.Logprobs logprobs =
        new CompletionResult.Logprobs(
            List.of("a", "ü"), Arrays.asList(null, -1.5), Arrays.asList(null, top), List.of(0, 1));
    CompletionResult result =
        new CompletionResult(
            "i",
            1_700_000_000,
            MODEL,
            List.of(
                new CompletionResult.Choice(0, "aü😀\n\"", logprobs, FinishReason.STOP),
                new CompletionResult.Choice(1, "", null, FinishReason.LENGTH)),
            new Usage(12, 34));

    assertThat(
            resultDecoder.decode(
                resultEncoder.encode(result, Encoding.JSON), Encoding.JSON, ResultStatus.OK))
        .isEqualTo(result);
  }

  @Test
  void writesACompletionAsOpenAisApiHasIt() {
    CompletionResult result =
        new CompletionResult(
            "i",
            17,
            MODEL,
            List.of(new CompletionResult.Choice(0, " was", null, FinishReason.LENGTH)),
            new Usage(2, 1));

    assertThat(json(result))
        .isEqualTo(
            """
            {"id":"i","object":"text_completion","created":17,"model":"m","model_version":"3",\
            "choices":[{"index":0,"text":" was","logprobs":null,"finish_reason":"length"}],\
            "usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}}""");
  }

  @Test
  void writesAPieceAsOpenAisApiStreamsIt() {
    byte[] value = resultEncoder.encode(new CompletionProgress("i", 17, MODEL, 1, 4, " was"));

    assertThat(new String(value, StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"id":"i","object":"text_completion","created":17,"model":"m","model_version":"3",\
            "choices":[{"index":1,"text":" was","logprobs":null,"finish_reason":null}]}""");
  }

  @Test
  void jsonReplacesNumbersAndBytesItDoesNotHave() throws MalformedResultException {
    Tensor floats =
        new Tensor("f", Datatype.FP32, new long[] {2}, floats(Float.NEGATIVE_INFINITY, Float.NaN));
    Tensor half = new Tensor("h", Datatype.FP16, new long[] {1}, new byte[] {0, 0x7c});
    Tensor bytes = new Tensor("b", Datatype.BYTES, new long[] {1}, new byte[] {1, 0, 0, 0, -1});
    TensorResult result =
        new TensorResult(
            "i",
            MODEL,
            Map.of("nan", new ParameterValue.Float64(Double.NaN)),
            List.of(floats, half, bytes));

    assertThat(
            resultDecoder.decode(
                resultEncoder.encode(result, Encoding.JSON), Encoding.JSON, ResultStatus.OK))
        .isEqualTo(
            new TensorResult(
                "i",
                MODEL,
                Map.of(),
                List.of(
                    new Tensor("f", Datatype.FP32, new long[] {2}, floats(Float.NaN, Float.NaN)),
                    new Tensor("h", Datatype.FP16, new long[] {1}, new byte[] {0, 0x7e}),
                    new Tensor(
                        "b",
                        Datatype.BYTES,
                        new long[] {1},
                        new byte[] {3, 0, 0, 0, (byte) 0xef, (byte) 0xbf, (byte) 0xbd}))));
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void halfOfASurrogatePairDoesNotStopAnAnswer(Encoding encoding) throws MalformedResultException {
    ErrorResult error =
        new ErrorResult("\udc00i", ResultStatus.REJECTED, ErrorCode.INVALID_REQUEST, "😀\ud83d");

    assertThat(
            resultDecoder.decode(
                resultEncoder.encode(error, encoding), encoding, ResultStatus.REJECTED))
        .isEqualTo(
            new ErrorResult(
                "\ufffdi", ResultStatus.REJECTED, ErrorCode.INVALID_REQUEST, "😀\ufffd"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{'id':'i'}",
        "{'id':'i','error':{'code':'model_not_found','message':'x'}}",
        "{'id':'i','model_name':'m','model_version':'0','outputs':[]}",
        "{'id':'i','model_name':'m','model_version':'x','outputs':[]}",
        "{'id':'i','model_name':'m','model_version':'1','outputs':[{}]}",
        "{'id':'i','model':'m','model_version':'1','created':1,'choices':[]}",
        "{'id':'i','model':'m','model_version':'1','choices':[{}],'created':1,'usage':{}}",
        "{'id':'i','model':'m','model_version':'1','choices':[7],'created':1,'usage':{}}",
        "{'id':'i','model_name':'m','model_version':'1','outputs':[",
      })
  void whatIsNoResultIsRefused(String value) {
    assertThatThrownBy(
            () -> resultDecoder.decode(Requests.json(value), Encoding.JSON, ResultStatus.OK))
        .isInstanceOf(MalformedResultException.class);
    assertThatThrownBy(
            () -> resultDecoder.decode(Requests.json(value), Encoding.PROTOBUF, ResultStatus.OK))
        .isInstanceOf(MalformedResultException.class);
  }

  private String json(Result result) {
    return new String(resultEncoder.encode(result, Encoding.JSON), StandardCharsets.UTF_8);
  }

  private static byte[] floats(float... values) {
    ByteBuffer data =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    return data.array();
  }
}

package dev.millrace.protocol;

import com.google.protobuf.ByteString;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest.InferInputTensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Requests as a producer would write them, and what is read out of them. */
final class Requests {
  private static final RequestDecoder DECODER = new RequestDecoder(RequestLimits.defaults());

  private Requests() {}

  /** Single quotes stand for double ones. */
  static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  static Decoded decode(String json) {
    return DECODER.decode(json(json), Encoding.JSON);
  }

  static Decoded decode(ModelInferRequest message) {
    return DECODER.decode(message.toByteArray(), Encoding.PROTOBUF);
  }

  static TensorRequest tensorRequest(Decoded decoded) {
    return (TensorRequest) request(decoded);
  }

  static CompletionRequest completionRequest(Decoded decoded) {
    return (CompletionRequest) request(decoded);
  }

  private static InferenceRequest request(Decoded decoded) {
    if (decoded instanceof Decoded.Request request) {
      return request.request();
    }
    throw new AssertionError("not a request: " + decoded);
  }

  /** A request with one input of those fields. */
  static String withInput(String fields) {
    return "{'model_name':'m','inputs':[{" + fields + "}],'id':'i'}";
  }

  /** A result's JSON differs from a request's in one name. */
  static byte[] jsonWith(String id, List<Tensor> inputs) {
    byte[] result =
        new ResultEncoder()
            .encode(
                new TensorResult(id, new ModelVersion("m", 1), Map.of(), inputs), Encoding.JSON);
    return new String(result, StandardCharsets.UTF_8)
        .replaceFirst("\"outputs\"", "\"inputs\"")
        .getBytes(StandardCharsets.UTF_8);
  }

  static ModelInferRequest messageWith(String id, List<Tensor> inputs) {
    ModelInferRequest.Builder message =
        ModelInferRequest.newBuilder().setModelName("m").setModelVersion("1").setId(id);
    for (Tensor tensor : inputs) {
      message.addInputs(
          InferInputTensor.newBuilder()
              .setName(tensor.name())
              .setDatatype(tensor.datatype().name())
              .addAllShape(Arrays.stream(tensor.shape()).boxed().toList()));
      message.addRawInputContents(ByteString.copyFrom(tensor.data()));
    }
    return message.build();
  }
}

package dev.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.ResultEncoder;
import dev.millrace.protocol.Shape;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorRequest;
import dev.millrace.protocol.TensorResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The binary tensor data extension of the Open Inference Protocol: inputs whose parameter {@code
 * binary_data_size} is set have their bytes behind the JSON, in order, and outputs whose {@code
 * binary_data} is true come likewise.
 */
final class BinaryTensors {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
  private static final String SIZE = "binary_data_size";
  private static final ResultEncoder ENCODER = new ResultEncoder();

  private BinaryTensors() {}

  static InferenceBody read(
      byte[] body, @Nullable String jsonLength, ModelReference model, RequestDecoder decoder) {
    int length = jsonLength == null ? body.length : length(jsonLength, body.length);
    byte[] json = Arrays.copyOf(body, length);
    JsonNode tree = tree(json);
    Map<String, Tensor> binary = new HashMap<>();
    int position = length;
    for (JsonNode input : tree.path("inputs")) {
      JsonNode size = input.path("parameters").path(SIZE);
      if (!size.isMissingNode()) {
        int end = end(input, size, position, body.length);
        binary.put(input.path("name").asText(), tensor(input, body, position, end));
        standIn((ObjectNode) input);
        position = end;
      }
    }
    if (position != body.length) {
      throw invalid(
          "%d bytes follow the JSON, of which the inputs have %d"
              .formatted(body.length - length, position - length));
    }
    TensorRequest request =
        InferenceBodies.tensors(decoder, binary.isEmpty() ? json : bytes(tree), model);
    return new InferenceBody(
        withData(request, binary),
        binaryOutputs(tree),
        tree.path("parameters").path("binary_data_output").asBoolean(false));
  }

  private static int length(String header, int bodyLength) {
    try {
      int length = Integer.parseInt(header);
      if (length >= 0 && length <= bodyLength) {
        return length;
      }
    } catch (NumberFormatException e) {
      throw invalid(InferenceBodies.JSON_LENGTH + " is no number");
    }
    throw invalid(
        "%s is not from 0 to the %d bytes of the body"
            .formatted(InferenceBodies.JSON_LENGTH, bodyLength));
  }

  private static JsonNode tree(byte[] json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw invalid("the JSON before the binary data cannot be read");
    }
  }

  private static byte[] bytes(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory cannot fail", e);
    }
  }

  private static int end(JsonNode input, JsonNode size, int position, int bodyLength) {
    if (!size.canConvertToInt() || !size.isIntegralNumber() || size.asInt() < 0) {
      throw invalid("input '%s': %s is no size".formatted(name(input), SIZE));
    }
    if (size.asInt() > bodyLength - position) {
      throw invalid(
          "input '%s': %s is %d, but only %d bytes are left"
              .formatted(name(input), SIZE, size.asInt(), bodyLength - position));
    }
    return position + size.asInt();
  }

  private static Tensor tensor(JsonNode input, byte[] body, int from, int to) {
    long[] shape = new long[input.path("shape").size()];
    for (int dimension = 0; dimension < shape.length; dimension++) {
      JsonNode value = input.path("shape").path(dimension);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
        throw invalid("input '%s': its shape is no shape".formatted(name(input)));
      }
      shape[dimension] = value.asLong();
    }
    Datatype datatype = datatype(input);
    byte[] data = Arrays.copyOfRange(body, from, to);
    try {
      Tensor tensor = new Tensor(input.path("name").asText(), datatype, shape, data);
      if (datatype == Datatype.BYTES) {
        BytesElements.requireWhole(data, Shape.elements(shape));
      }
      return tensor;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw invalid("input '%s': %s".formatted(name(input), e.getMessage()));
    }
  }

  private static Datatype datatype(JsonNode input) {
    for (Datatype datatype : Datatype.values()) {
      if (datatype.name().equals(input.path("datatype").asText())) {
        return datatype;
      }
    }
    throw invalid("input '%s': there is no such datatype".formatted(name(input)));
  }

  /** What the decoder can check in its place: all but the data. */
  private static void standIn(ObjectNode input) {
    input.putArray("shape").add(0);
    input.putArray("data");
  }

  private static TensorRequest withData(TensorRequest request, Map<String, Tensor> binary) {
    List<Tensor> inputs = new ArrayList<>();
    for (Tensor input : request.inputs()) {
      inputs.add(binary.getOrDefault(input.name(), input));
    }
    return new TensorRequest(
        request.id(), request.model(), request.parameters(), inputs, request.outputs());
  }

  private static Set<String> binaryOutputs(JsonNode tree) {
    Set<String> names = new HashSet<>();
    for (JsonNode output : tree.path("outputs")) {
      if (output.path("parameters").path("binary_data").asBoolean(false)) {
        names.add(output.path("name").asText());
      }
    }
    return names;
  }

  private static String name(JsonNode input) {
    String name = input.path("name").asText();
    return name.length() > 40 ? name.substring(0, 40) : name;
  }

  private static Rejection invalid(String message) {
    return new Rejection(
        ApiError.invalid(400, ErrorCode.INVALID_TENSOR.wireName(), message, "inputs"));
  }

  /** Ends a request with the outputs that are wanted in binary behind the JSON. */
  static void write(RoutingContext context, InferenceBody body, TensorResult result) {
    List<Tensor> inJson = new ArrayList<>();
    Buffer data = Buffer.buffer();
    for (Tensor output : result.outputs()) {
      if (body.isBinary(output.name())) {
        data.appendBytes(output.data());
        inJson.add(new Tensor(output.name(), output.datatype(), new long[] {0}, new byte[0]));
      } else {
        inJson.add(output);
      }
    }
    ObjectNode tree =
        (ObjectNode)
            tree(
                ENCODER.encode(
                    new TensorResult(result.id(), result.model(), result.parameters(), inJson),
                    Encoding.JSON));
    for (int index = 0; index < inJson.size(); index++) {
      Tensor output = result.outputs().get(index);
      if (body.isBinary(output.name())) {
        ObjectNode node = (ObjectNode) tree.path("outputs").path(index);
        node.remove("data");
        var shape = node.putArray("shape");
        for (long dimension : output.shape()) {
          shape.add(dimension);
        }
        node.putObject("parameters").put(SIZE, output.data().length);
      }
    }
    Buffer json = Buffer.buffer(bytes(tree));
    context.response().putHeader(InferenceBodies.JSON_LENGTH, Integer.toString(json.length()));
    Answers.end(context, 200, "application/octet-stream", json.appendBuffer(data));
  }
}

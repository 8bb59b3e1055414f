package dev.millrace.jobs.warmup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Requests of one row of zeros, as a model's signature has them, in either encoding; or of a prompt
 * of one token, where the model continues texts.
 */
final class ZeroRequests {
  /** Of dimensions that vary. */
  private static final long LENGTH = 16;

  private ZeroRequests() {}

  /** Whether there can be any for this model: it says what it takes, and that is numbers. */
  static boolean canBeMadeFor(ModelSpec model) {
    if (model.text() != null) {
      return true;
    }
    List<TensorSpec> inputs = model.signature().inputs();
    return !inputs.isEmpty()
        && inputs.stream().noneMatch(input -> input.datatype() == Datatype.BYTES);
  }

  static ProducerRecord<byte[], byte[]> record(String topic, ModelSpec model, Encoding wanted) {
    // There are no prompts in protobuf.
    Encoding encoding = model.text() == null ? wanted : Encoding.JSON;
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, encoding == Encoding.JSON ? json(model) : protobuf(model));
    record
        .headers()
        .add(HeaderNames.CONTENT_TYPE, encoding.contentType().getBytes(StandardCharsets.US_ASCII));
    return record;
  }

  private static byte[] protobuf(ModelSpec model) {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName(model.version().name());
    for (TensorSpec input : sent(model)) {
      ModelInferRequest.InferInputTensor.Builder tensor =
          request.addInputsBuilder().setName(input.name()).setDatatype(input.datatype().name());
      shape(input).forEach(tensor::addShape);
      request.addRawInputContents(
          ByteString.copyFrom(new byte[elements(input) * input.datatype().size()]));
    }
    return request.build().toByteArray();
  }

  private static byte[] json(ModelSpec model) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (model.text() == null) {
        writeInputs(json, model);
      } else {
        writePrompt(json, model);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writePrompt(JsonGenerator json, ModelSpec model) throws IOException {
    json.writeStringField("model", model.version().name());
    json.writeArrayFieldStart("prompt");
    json.writeNumber(0);
    json.writeEndArray();
    json.writeNumberField("max_tokens", 1);
  }

  private static void writeInputs(JsonGenerator json, ModelSpec model) throws IOException {
    json.writeStringField("model_name", model.version().name());
    json.writeArrayFieldStart("inputs");
    for (TensorSpec input : sent(model)) {
      json.writeStartObject();
      json.writeStringField("name", input.name());
      json.writeStringField("datatype", input.datatype().name());
      json.writeArrayFieldStart("shape");
      for (long dimension : shape(input)) {
        json.writeNumber(dimension);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("data");
      for (int element = 0; element < elements(input); element++) {
        if (input.datatype() == Datatype.BOOL) {
          json.writeBoolean(false);
        } else {
          json.writeNumber(0);
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static List<TensorSpec> sent(ModelSpec model) {
    return model.signature().inputs().stream().filter(TensorSpec::sent).toList();
  }

  private static List<Long> shape(TensorSpec input) {
    List<Long> shape = new ArrayList<>(input.shape());
    for (int dimension = 0; dimension < shape.size(); dimension++) {
      if (shape.get(dimension) == TensorSpec.ANY) {
        shape.set(dimension, dimension == 0 ? 1 : LENGTH);
      }
    }
    return shape;
  }

  private static int elements(TensorSpec input) {
    return (int) shape(input).stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}

package dev.millrace.bench.systems;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.protobuf.wire.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes requests as a producer would: raw contents in protobuf, flat arrays in JSON. */
final class RequestWriter {
  private final JsonFactory json = new JsonFactory();
  private final String model;
  private final Encoding encoding;

  RequestWriter(String model, Encoding encoding) {
    this.model = model;
    this.encoding = encoding;
  }

  /** The value of the record. */
  byte[] write(List<Tensor> inputs) {
    return switch (encoding) {
      case PROTOBUF -> protobuf(inputs);
      case JSON -> json(inputs);
    };
  }

  private byte[] protobuf(List<Tensor> inputs) {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
    for (Tensor input : inputs) {
      ModelInferRequest.InferInputTensor.Builder tensor =
          request.addInputsBuilder().setName(input.name()).setDatatype(input.datatype().name());
      for (long dimension : input.shape()) {
        tensor.addShape(dimension);
      }
      request.addRawInputContents(UnsafeByteOperations.unsafeWrap(input.data()));
    }
    return request.build().toByteArray();
  }

  private byte[] json(List<Tensor> inputs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("model_name", model);
      out.writeArrayFieldStart("inputs");
      for (Tensor input : inputs) {
        tensor(out, input);
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written to", e);
    }
    return bytes.toByteArray();
  }

  private static void tensor(JsonGenerator out, Tensor input) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", input.name());
    out.writeStringField("datatype", input.datatype().name());
    out.writeFieldName("shape");
    out.writeArray(input.shape(), 0, input.shape().length);
    out.writeArrayFieldStart("data");
    ByteBuffer data = ByteBuffer.wrap(input.data()).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      switch (input.datatype()) {
        case FP32 -> number(out, data.getFloat());
        case INT32 -> out.writeNumber(data.getInt());
        case INT64 -> out.writeNumber(data.getLong());
        case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, FP16, FP64, BYTES ->
            throw new IllegalArgumentException("no model here takes " + input.datatype());
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Whole numbers as people write them: samples of images are full of them. */
  private static void number(JsonGenerator out, float value) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) < 1 << 24) {
      out.writeNumber((int) value);
    } else {
      out.writeNumber(value);
    }
  }
}

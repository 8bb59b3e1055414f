package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.protocol.CompletionProgress;
import dev.millrace.protocol.CompletionResult;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.codec.WellFormedText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** Writes results as JSON. Safe for use by several threads. */
public final class JsonResultWriter {
  /** Of names, punctuation and an error's message. */
  private static final int SIZE_WITHOUT_DATA = 512;

  /** A guess: of the characters an element needs for each of its bytes. */
  private static final int CHARACTERS_PER_BYTE = 3;

  private final JsonFactory factory = StreamingJson.factory(StreamingJson.RESULT_NESTING);

  /** The value of a result record. */
  public byte[] write(Result result) {
    ByteArrayOutputStream target = new ByteArrayOutputStream(estimatedSize(result));
    try (JsonGenerator generator = factory.createGenerator(target)) {
      generator.writeStartObject();
      if (result instanceof TensorResult tensors) {
        writeTensors(generator, tensors);
      } else if (result instanceof CompletionResult completion) {
        new CompletionWriter(generator).write(completion);
      } else if (result instanceof ErrorResult error) {
        writeError(generator, error);
      }
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array in memory cannot fail", impossible);
    }
    return target.toByteArray();
  }

  /** The value of a record that holds a piece of a text. */
  public byte[] write(CompletionProgress progress) {
    ByteArrayOutputStream target = new ByteArrayOutputStream(SIZE_WITHOUT_DATA);
    try (JsonGenerator generator = factory.createGenerator(target)) {
      generator.writeStartObject();
      new CompletionWriter(generator).write(progress);
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array in memory cannot fail", impossible);
    }
    return target.toByteArray();
  }

  private static void writeTensors(JsonGenerator generator, TensorResult result)
      throws IOException {
    generator.writeStringField("model_name", WellFormedText.of(result.model().name()));
    generator.writeStringField("model_version", Integer.toString(result.model().version()));
    generator.writeStringField("id", WellFormedText.of(result.id()));
    if (!result.parameters().isEmpty()) {
      generator.writeObjectFieldStart("parameters");
      // Sorted, so that the same result is the same bytes.
      for (Map.Entry<String, ParameterValue> parameter :
          new TreeMap<>(result.parameters()).entrySet()) {
        writeParameter(generator, WellFormedText.of(parameter.getKey()), parameter.getValue());
      }
      generator.writeEndObject();
    }
    generator.writeArrayFieldStart("outputs");
    for (Tensor tensor : result.outputs()) {
      writeTensor(generator, tensor);
    }
    generator.writeEndArray();
  }

  private static void writeTensor(JsonGenerator generator, Tensor tensor) throws IOException {
    generator.writeStartObject();
    generator.writeStringField("name", WellFormedText.of(tensor.name()));
    generator.writeStringField("datatype", tensor.datatype().name());
    generator.writeFieldName("shape");
    generator.writeArray(tensor.shape(), 0, tensor.shape().length);
    generator.writeFieldName("data");
    new ElementWriter(generator, tensor).writeAll();
    generator.writeEndObject();
  }

  static void writeParameter(JsonGenerator generator, String name, ParameterValue value)
      throws IOException {
    if (value instanceof ParameterValue.Bool bool) {
      generator.writeBooleanField(name, bool.value());
    } else if (value instanceof ParameterValue.Int64 integer) {
      generator.writeNumberField(name, integer.value());
    } else if (value instanceof ParameterValue.Text text) {
      generator.writeStringField(name, WellFormedText.of(text.value()));
    } else if (value instanceof ParameterValue.Float64 number && Double.isFinite(number.value())) {
      generator.writeNumberField(name, number.value());
    }
  }

  private static void writeError(JsonGenerator generator, ErrorResult result) throws IOException {
    generator.writeStringField("id", WellFormedText.of(result.id()));
    generator.writeObjectFieldStart("error");
    generator.writeStringField("code", result.code().wireName());
    generator.writeStringField("message", WellFormedText.of(result.message()));
    generator.writeStringField("type", result.code().type());
    String param = result.param();
    if (param != null) {
      generator.writeStringField("param", WellFormedText.of(param));
    }
    generator.writeEndObject();
    Usage usage = result.usage();
    if (usage != null) {
      new CompletionWriter(generator).writeUsage(usage);
    }
  }

  private static int estimatedSize(Result result) {
    long size = SIZE_WITHOUT_DATA;
    if (result instanceof TensorResult tensors) {
      for (Tensor tensor : tensors.outputs()) {
        size += (long) CHARACTERS_PER_BYTE * tensor.data().length;
      }
    } else if (result instanceof CompletionResult completion) {
      for (CompletionResult.Choice choice : completion.choices()) {
        size += choice.text().length();
      }
    }
    return (int) Math.min(size, Integer.MAX_VALUE / 2);
  }
}

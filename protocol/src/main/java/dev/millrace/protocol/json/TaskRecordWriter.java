package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.codec.WellFormedText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes states of tasks as keys and values of records. Safe for use by several threads. */
public final class TaskRecordWriter {
  /** Of names, punctuation and an error's message. */
  private static final int SIZE_WITHOUT_RESULT = 1024;

  private final JsonFactory factory = StreamingJson.factory(StreamingJson.RESULT_NESTING);

  /** The key of all records of a task: {@code ["tenant","id"]}. */
  public byte[] key(String tenant, String id) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (JsonGenerator generator = factory.createGenerator(target)) {
      generator.writeStartArray();
      generator.writeString(WellFormedText.of(tenant));
      generator.writeString(WellFormedText.of(id));
      generator.writeEndArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array in memory cannot fail", impossible);
    }
    return target.toByteArray();
  }

  /** The value of the record of a state. */
  public byte[] write(TaskRecord task) {
    String result = task.result();
    ByteArrayOutputStream target =
        new ByteArrayOutputStream(SIZE_WITHOUT_RESULT + (result == null ? 0 : result.length()));
    try (JsonGenerator generator = factory.createGenerator(target)) {
      generator.writeStartObject();
      writeHead(generator, task);
      writeTimes(generator, task.times());
      if (task.batchSize() > 0) {
        generator.writeNumberField("batch_size", task.batchSize());
      }
      generator.writeStringField("source", task.source().toString());
      if (result != null) {
        generator.writeFieldName("result");
        generator.writeRawValue(result);
      }
      writeFault(generator, task.fault());
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array in memory cannot fail", impossible);
    }
    return target.toByteArray();
  }

  private static void writeHead(JsonGenerator generator, TaskRecord task) throws IOException {
    generator.writeStringField("tenant", WellFormedText.of(task.tenant()));
    generator.writeStringField("id", WellFormedText.of(task.id()));
    generator.writeStringField("status", task.status().wireName());
    ModelReference model = task.model();
    if (model != null) {
      generator.writeStringField("model", WellFormedText.of(model.name()));
      writeOptional(generator, "model_version", model.version());
    }
  }

  private static void writeTimes(JsonGenerator generator, TaskRecord.Times times)
      throws IOException {
    generator.writeNumberField("created", times.created());
    if (times.started() != null) {
      generator.writeNumberField("started", times.started());
    }
    if (times.ended() != null) {
      generator.writeNumberField("ended", times.ended());
    }
  }

  private static void writeFault(JsonGenerator generator, TaskRecord.@Nullable Fault fault)
      throws IOException {
    if (fault == null) {
      return;
    }
    generator.writeObjectFieldStart("error");
    generator.writeStringField("code", WellFormedText.of(fault.code()));
    generator.writeStringField("message", WellFormedText.of(fault.message()));
    generator.writeStringField("type", WellFormedText.of(fault.type()));
    writeOptional(generator, "param", fault.param());
    generator.writeEndObject();
  }

  private static void writeOptional(JsonGenerator generator, String field, @Nullable String text)
      throws IOException {
    if (text != null) {
      generator.writeStringField(field, WellFormedText.of(text));
    }
  }
}

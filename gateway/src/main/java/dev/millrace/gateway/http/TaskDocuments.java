package dev.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.gateway.tasks.TaskCursor;
import dev.millrace.gateway.tasks.TaskPage;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskRecord.Fault;
import dev.millrace.protocol.codec.WellFormedText;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tasks as clients see them. */
final class TaskDocuments {
  private static final String TASKS = "/v1/tasks/";

  private TaskDocuments() {}

  /** The path of a task. */
  static String location(TaskRecord task) {
    return TASKS + URLEncoder.encode(task.id(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  static void answer(RoutingContext context, int status, TaskRecord task) {
    Answers.json(context, status, json -> write(json, task));
  }

  static void answer(RoutingContext context, TaskPage page) {
    TaskCursor next = page.next();
    Answers.list(
        context,
        page.tasks(),
        TaskDocuments::write,
        json -> {
          json.writeBooleanField("has_more", next != null);
          writeText(json, "next", next == null ? null : next.encode());
        });
  }

  private static void write(JsonGenerator json, TaskRecord task) throws IOException {
    writeText(json, "id", task.id());
    json.writeStringField("object", "task");
    json.writeStringField("status", task.status().wireName());
    ModelReference model = task.model();
    writeText(json, "model", model == null ? null : model.name());
    writeText(json, "model_version", model == null ? null : model.version());
    writeTime(json, "created_at", task.times().created());
    writeTime(json, "started_at", task.times().started());
    writeTime(json, "ended_at", task.times().ended());
    if (task.batchSize() > 0) {
      json.writeNumberField("batch_size", task.batchSize());
    } else {
      json.writeNullField("batch_size");
    }
    writeFault(json, task.fault());
  }

  private static void writeTime(JsonGenerator json, String field, @Nullable Long epochMillis)
      throws IOException {
    writeText(
        json, field, epochMillis == null ? null : Instant.ofEpochMilli(epochMillis).toString());
  }

  private static void writeFault(JsonGenerator json, @Nullable Fault fault) throws IOException {
    if (fault == null) {
      json.writeNullField("error");
      return;
    }
    json.writeObjectFieldStart("error");
    writeText(json, "message", fault.message());
    writeText(json, "type", fault.type());
    writeText(json, "param", fault.param());
    writeText(json, "code", fault.code());
    json.writeEndObject();
  }

  private static void writeText(JsonGenerator json, String field, @Nullable String text)
      throws IOException {
    if (text == null) {
      json.writeNullField(field);
    } else {
      json.writeStringField(field, WellFormedText.of(text));
    }
  }
}

package dev.millrace.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.MalformedTaskException;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskStatus;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the object of one state of a task. */
final class TaskBody {
  private final byte[] document;
  private @Nullable String tenant;
  private @Nullable String id;
  private @Nullable String status;
  private @Nullable String model;
  private @Nullable String modelVersion;
  private @Nullable Long created;
  private @Nullable Long started;
  private @Nullable Long ended;
  private int batchSize;
  private @Nullable String source;
  private @Nullable String result;
  private TaskRecord.@Nullable Fault fault;

  /**
   * @param document what the parser reads
   */
  TaskBody(byte[] document) {
    this.document = document;
  }

  /**
   * Reads the object whose start the parser stands on.
   *
   * @throws IllegalArgumentException when its fields contradict each other
   */
  TaskRecord read(JsonParser parser)
      throws IOException, InvalidRequestException, MalformedTaskException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        readField(parser, field);
      }
    }
    return new TaskRecord(
        require(tenant, "tenant"),
        require(id, "id"),
        RecordCoordinates.parse(require(source, "source")),
        status(require(status, "status")),
        model == null ? null : new ModelReference(model, modelVersion),
        new TaskRecord.Times(require(created, "created"), started, ended),
        batchSize,
        result,
        fault);
  }

  private void readField(JsonParser parser, String field)
      throws IOException, InvalidRequestException, MalformedTaskException {
    switch (field) {
      case "tenant" -> tenant = JsonValues.text(parser, field);
      case "id" -> id = JsonValues.text(parser, field);
      case "status" -> status = JsonValues.text(parser, field);
      case "model" -> model = JsonValues.text(parser, field);
      case "model_version" -> modelVersion = JsonValues.text(parser, field);
      case "created" -> created = time(parser, field);
      case "started" -> started = time(parser, field);
      case "ended" -> ended = time(parser, field);
      case "batch_size" ->
          batchSize = (int) JsonValues.integer(parser, field, 1, Integer.MAX_VALUE);
      case "source" -> source = JsonValues.text(parser, field);
      case "result" -> result = object(parser, field);
      case "error" -> fault = readFault(parser);
      default -> JsonValues.skip(parser, field);
    }
  }

  /** The text of an object as it is written. */
  private String object(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    requireObject(parser, field);
    int start = (int) parser.currentTokenLocation().getByteOffset();
    JsonValues.skip(parser, field);
    int end = (int) parser.currentLocation().getByteOffset();
    return new String(document, start, end - start, UTF_8);
  }

  private static TaskRecord.Fault readFault(JsonParser parser)
      throws IOException, InvalidRequestException, MalformedTaskException {
    requireObject(parser, "error");
    String code = null;
    String message = null;
    String type = null;
    String param = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "code" -> code = JsonValues.text(parser, "error.code");
        case "message" -> message = JsonValues.text(parser, "error.message");
        case "type" -> type = JsonValues.text(parser, "error.type");
        case "param" -> param = JsonValues.text(parser, "error.param");
        default -> JsonValues.skip(parser, field);
      }
    }
    return new TaskRecord.Fault(
        require(code, "error.code"),
        require(message, "error.message"),
        require(type, "error.type"),
        param);
  }

  private static long time(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    return JsonValues.integer(parser, field, 0, Long.MAX_VALUE);
  }

  private static void requireObject(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw JsonValues.unexpected(parser, field, "an object");
    }
  }

  private static TaskStatus status(String wireName) throws MalformedTaskException {
    TaskStatus status = TaskStatus.fromWireName(wireName).orElse(null);
    if (status == null) {
      throw new MalformedTaskException("status is unknown: " + Excerpt.quoted(wireName), null);
    }
    return status;
  }

  private static <T> T require(@Nullable T value, String field) throws MalformedTaskException {
    if (value == null) {
      throw new MalformedTaskException(field + " is missing", null);
    }
    return value;
  }
}

package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.ResultFields;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one result's object. */
final class ResultBody {
  private final TensorReader tensorReader;
  private @Nullable String id;
  private @Nullable String modelName;
  private @Nullable String modelVersion;
  private Map<String, ParameterValue> parameters = Map.of();
  private @Nullable List<Tensor> outputs;
  private @Nullable String errorCode;
  private @Nullable String errorMessage;
  private @Nullable String errorParam;
  private @Nullable Long created;
  private @Nullable List<Choice> choices;
  private @Nullable Usage usage;

  ResultBody(TensorReader tensorReader) {
    this.tensorReader = tensorReader;
  }

  /** Reads the object whose start the parser stands on. */
  ResultFields read(JsonParser parser) throws IOException, InvalidRequestException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      readField(parser, field);
    }
    return new ResultFields(
        id,
        modelName,
        modelVersion,
        parameters,
        outputs,
        new ResultFields.Completion(created, choices, usage),
        new ResultFields.Fault(errorCode, errorMessage, errorParam));
  }

  private void readField(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    switch (field) {
      case "id" -> id = JsonValues.text(parser, field);
      case "model", "model_name" -> modelName = JsonValues.text(parser, field);
      case "model_version" -> modelVersion = CommonFields.readVersion(parser, field);
      case "parameters" -> parameters = ParameterReader.read(parser);
      case "outputs" -> outputs = tensorReader.readAll(parser, field);
      case "created" -> created = JsonValues.integer(parser, field, 0, Long.MAX_VALUE);
      case "choices" -> choices = CompletionReader.choices(parser);
      case "usage" -> usage = CompletionReader.usage(parser);
      case "error" -> readError(parser);
      default -> JsonValues.skip(parser, field);
    }
  }

  private void readError(JsonParser parser) throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw JsonValues.unexpected(parser, "error", "an object");
    }
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "code" -> errorCode = JsonValues.text(parser, "error.code");
        case "message" -> errorMessage = JsonValues.text(parser, "error.message");
        case "param" -> errorParam = JsonValues.text(parser, "error.param");
        default -> JsonValues.skip(parser, field);
      }
    }
  }
}

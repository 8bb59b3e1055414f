package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of every kind of request, and all fields that nobody knows. */
final class CommonFields extends FieldGroup {
  private static final Set<String> NAMES = Set.of("id", "model_version", "parameters");

  private @Nullable String id;
  private @Nullable String modelVersion;
  private Map<String, ParameterValue> parameters = Map.of();

  private final @Nullable ModelReference addressed;

  /**
   * @param addressed the model whatever the body says; null for the body's own
   */
  CommonFields(@Nullable ModelReference addressed) {
    super(NAMES);
    this.addressed = addressed;
  }

  @Override
  void readValue(String field, JsonParser parser) throws IOException, InvalidRequestException {
    switch (field) {
      case "id" -> id = JsonValues.text(parser, field);
      case "model_version" -> modelVersion = readVersion(parser, field);
      case "parameters" -> parameters = ParameterReader.read(parser);
      default -> JsonValues.skip(parser, field);
    }
  }

  /** The protocol says a string; versions are integers, so people write those. */
  static String readVersion(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    return parser.hasToken(JsonToken.VALUE_NUMBER_INT)
        ? Long.toString(JsonValues.integer(parser, field, Long.MIN_VALUE, Long.MAX_VALUE))
        : JsonValues.text(parser, field);
  }

  @Nullable String id() {
    return id;
  }

  Map<String, ParameterValue> parameters() {
    return parameters;
  }

  /** The model of that name in the version asked for, or null where the name is missing. */
  @Nullable ModelReference model(@Nullable String name) {
    if (addressed != null) {
      return addressed;
    }
    if (name == null || name.isEmpty()) {
      return null;
    }
    return new ModelReference(
        name, modelVersion == null || modelVersion.isEmpty() ? null : modelVersion);
  }
}

package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.ParameterValue;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads a {@code parameters} object: names to booleans, numbers and strings. */
final class ParameterReader {
  private ParameterReader() {}

  static Map<String, ParameterValue> read(JsonParser parser)
      throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw JsonValues.unexpected(parser, "parameters", "an object");
    }
    Map<String, ParameterValue> parameters = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      parameters.put(name, readValue(parser, "parameter " + Excerpt.quoted(name)));
    }
    return parameters;
  }

  private static ParameterValue readValue(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    switch (parser.currentToken()) {
      case VALUE_STRING -> {
        return new ParameterValue.Text(JsonValues.text(parser, field));
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        return new ParameterValue.Bool(JsonValues.bool(parser, field));
      }
      case VALUE_NUMBER_INT -> {
        return new ParameterValue.Int64(
            JsonValues.integer(parser, field, Long.MIN_VALUE, Long.MAX_VALUE));
      }
      case VALUE_NUMBER_FLOAT -> {
        return new ParameterValue.Float64(
            JsonValues.number(parser, field, -Double.MAX_VALUE, Double.MAX_VALUE));
      }
      default -> throw JsonValues.unexpected(parser, field, "a boolean, a number or a string");
    }
  }
}

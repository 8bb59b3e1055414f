package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.WellFormedText;
import java.io.IOException;
import java.nio.CharBuffer;

/** Reads the value a parser stands on, of the type that is expected there. */
final class JsonValues {
  /** More digits than a double or a 64-bit integer can tell apart. */
  static final int MAXIMUM_NUMBER_LENGTH = 1000;

  private static final int MAXIMUM_INTEGER_LENGTH = 20;
  private static final int MAXIMUM_EXCERPT_LENGTH = 40;

  private JsonValues() {}

  /** A string that can be written as UTF-8 again. */
  static String text(JsonParser parser, String field) throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      throw unexpected(parser, field, "a string");
    }
    String text = parser.getText();
    if (WellFormedText.firstInvalid(text) >= 0) {
      throw InvalidRequestException.field(field, field + ": holds half of a surrogate pair");
    }
    return text;
  }

  static boolean bool(JsonParser parser, String field) throws IOException, InvalidRequestException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw unexpected(parser, field, "true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  static long integer(JsonParser parser, String field, long minimum, long maximum)
      throws IOException, InvalidRequestException {
    if (isLong(parser)) {
      long value = parser.getLongValue();
      if (value >= minimum && value <= maximum) {
        return value;
      }
    }
    throw unexpected(parser, field, "an integer from %d to %d".formatted(minimum, maximum));
  }

  static double number(JsonParser parser, String field, double minimum, double maximum)
      throws IOException, InvalidRequestException {
    if (isNumber(parser)) {
      double value = parser.getDoubleValue();
      if (value >= minimum && value <= maximum) {
        return value;
      }
    }
    throw unexpected(parser, field, "a number from %s to %s".formatted(minimum, maximum));
  }

  /** Whether the parser stands on an integer of at most 64 bits, with its sign. */
  static boolean isLong(JsonParser parser) throws IOException {
    return parser.hasToken(JsonToken.VALUE_NUMBER_INT)
        // Telling the type of a longer one would parse all of it.
        && parser.getTextLength() <= MAXIMUM_INTEGER_LENGTH
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
  }

  /** Whether the parser stands on a number JSON knows, of a sane length. */
  static boolean isNumber(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return (token == JsonToken.VALUE_NUMBER_INT
            || (token == JsonToken.VALUE_NUMBER_FLOAT && !parser.isNaN()))
        && parser.getTextLength() <= MAXIMUM_NUMBER_LENGTH;
  }

  /**
   * Skips the value the parser stands on.
   *
   * @throws InvalidRequestException when there is a number in it that JSON does not have
   */
  static void skip(JsonParser parser, String field) throws IOException, InvalidRequestException {
    int depth = parser.getParsingContext().getNestingDepth();
    JsonToken token = parser.currentToken();
    if (token != null && token.isStructStart()) {
      depth--;
    }
    while (true) {
      if (token == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
        throw unexpected(parser, Excerpt.quoted(field), "JSON");
      }
      if (parser.getParsingContext().getNestingDepth() <= depth) {
        return;
      }
      token = parser.nextToken();
    }
  }

  /** The fault of a field whose value is not what it should be. */
  static InvalidRequestException unexpected(JsonParser parser, String field, String expected)
      throws IOException {
    return InvalidRequestException.field(
        field, "%s: expected %s, found %s".formatted(field, expected, found(parser)));
  }

  /** What the parser stands on, in words. */
  static String found(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return "an object";
    }
    if (token == JsonToken.START_ARRAY) {
      return "an array";
    }
    String excerpt = Excerpt.of(text(parser), MAXIMUM_EXCERPT_LENGTH);
    return token == JsonToken.VALUE_STRING ? '"' + excerpt + '"' : excerpt;
  }

  /** The text under the parser, without a copy. */
  private static CharSequence text(JsonParser parser) throws IOException {
    return CharBuffer.wrap(
        parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }
}

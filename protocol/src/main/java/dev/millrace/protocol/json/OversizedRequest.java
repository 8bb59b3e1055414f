package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.codec.Utf8;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds out of the first bytes of a value that is too large who asked which model. */
final class OversizedRequest {
  /** How many bytes are looked at. */
  static final int PREFIX_LENGTH = 64 << 10;

  /** The most bytes of a UTF-8 sequence that the end of the prefix can cut off. */
  private static final int CUT_OFF = 3;

  /** {@code -Infinity}, and the character that the parser stands at. */
  private static final int LONGEST_LITERAL = 10;

  private final JsonFactory factory;
  private final RequestLimits limits;
  private final CommonFields common = new CommonFields(null);
  private @Nullable String modelName;

  OversizedRequest(JsonFactory factory, RequestLimits limits) {
    this.factory = factory;
    this.limits = limits;
  }

  Decoded read(byte[] value) {
    int length = Math.min(value.length, PREFIX_LENGTH);
    String size =
        "value has %d bytes, at most %d are allowed".formatted(value.length, limits.maximumBytes());
    int invalid = Utf8.firstInvalid(value, 0, length);
    if (invalid >= 0 && invalid < length - CUT_OFF) {
      return new Decoded.Malformed(size + "; not UTF-8 at byte " + invalid);
    }
    try (JsonParser parser = factory.createParser(value, 0, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Decoded.Malformed(size + "; not a JSON object");
      }
      readFields(parser, length);
    } catch (JsonProcessingException e) {
      if (!endsWithPrefix(e, length)) {
        return new Decoded.Malformed(size + "; " + SyntaxMessage.of(e));
      }
      // As expected: what has been found until here is all there is to know.
    } catch (IOException impossible) {
      return new Decoded.Malformed(size + "; not readable as JSON: " + impossible);
    }
    return new Decoded.Invalid(
        common.id(), common.model(modelName), ErrorCode.PAYLOAD_TOO_LARGE, size);
  }

  /**
   * Whether the parser only ran out of bytes. Between the elements of an array it reports that as
   * bad syntax, and a literal that is cut off as an unknown one, from where it began.
   */
  private static boolean endsWithPrefix(JsonProcessingException failure, int length) {
    return failure instanceof JsonEOFException
        || failure.getLocation().getByteOffset() >= length - LONGEST_LITERAL;
  }

  private void readFields(JsonParser parser, int length) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      JsonToken token = parser.nextToken();
      if (token.isScalarValue()) {
        parser.finishToken();
        // A number that ends with the prefix may go on behind it.
        if (parser.currentLocation().getByteOffset() < length) {
          readField(parser, field);
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readField(JsonParser parser, String field) throws IOException {
    if (field.equals("model_name") || (field.equals("model") && modelName == null)) {
      modelName = parser.hasToken(JsonToken.VALUE_STRING) ? parser.getText() : modelName;
    } else if (!parser.hasToken(JsonToken.VALUE_NULL)) {
      // Its faults do not matter any more: the request is refused for its size.
      common.read(field, parser);
    }
  }
}

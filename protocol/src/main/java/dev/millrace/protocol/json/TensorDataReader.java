package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.codec.Elements;
import dev.millrace.protocol.codec.InvalidRequestException;
import dev.millrace.protocol.codec.LittleEndianBuffer;
import dev.millrace.protocol.codec.TensorDeclaration;
import java.io.IOException;

/** Reads the {@code data} of one tensor: flat, or nested just as its shape says. */
final class TensorDataReader {
  private final JsonParser parser;
  private final TensorDeclaration declaration;
  private final LittleEndianBuffer target;
  private final ElementReader elements;
  private long found;

  /**
   * @param parser on the array's start
   * @param remaining how many bytes of JSON there are at the most, which bounds what is allocated
   *     whatever the shape says
   */
  TensorDataReader(
      JsonParser parser, TensorDeclaration declaration, boolean nullIsNotANumber, long remaining) {
    this.parser = parser;
    this.declaration = declaration;
    // Elements take a character and a comma or bracket each, strings more than they end up in.
    long elementsAtMost = Math.min(declaration.elements(), remaining / 2 + 1);
    this.target =
        new LittleEndianBuffer(
            Math.toIntExact(elementsAtMost * Math.max(1, declaration.datatype().size())));
    this.elements = new ElementReader(declaration.datatype(), nullIsNotANumber, target);
  }

  /** Reads up to the array's end. */
  byte[] read() throws IOException, InvalidRequestException {
    if (!parser.hasToken(JsonToken.START_ARRAY)) {
      throw JsonValues.unexpected(parser, "data", "an array");
    }
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY && declaration.shape().length > 1) {
      readNested(0, first);
    } else {
      readElements(first);
    }
    if (found != declaration.elements()) {
      throw declaration.mismatch(found);
    }
    return target.toByteArray();
  }

  /** Reads the arrays of one dimension but the last, up to their end. */
  private void readNested(int dimension, JsonToken first)
      throws IOException, InvalidRequestException {
    long[] shape = declaration.shape();
    long count = 0;
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (token != JsonToken.START_ARRAY) {
        throw expected("an array, as dimension %d of the shape".formatted(dimension + 1));
      }
      if (dimension + 2 < shape.length) {
        readNested(dimension + 1, parser.nextToken());
      } else {
        long before = found;
        readElements(parser.nextToken());
        checkLength(dimension + 1, found - before);
      }
      count++;
    }
    checkLength(dimension, count);
  }

  private void checkLength(int dimension, long length) throws InvalidRequestException {
    long expected = declaration.shape()[dimension];
    if (length != expected) {
      throw InvalidRequestException.tensor(
          "before element %d: expected %d entries in dimension %d, found %d"
              .formatted(found, expected, dimension, length));
    }
  }

  /** Reads elements up to the end of their array; those too many are only counted. */
  private void readElements(JsonToken first) throws IOException, InvalidRequestException {
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      boolean good = found < declaration.elements() ? elements.read(parser) : token.isScalarValue();
      if (!good) {
        throw expected(Elements.describe(declaration.datatype()));
      }
      found++;
    }
  }

  private InvalidRequestException expected(String expected) throws IOException {
    return JsonValues.unexpected(parser, "element " + found, expected);
  }
}

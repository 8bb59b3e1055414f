package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.protocol.Decoded;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.codec.TensorDeclarations;
import dev.millrace.protocol.codec.Utf8;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads requests that are written in JSON. Safe for use by several threads. */
public final class JsonRequestReader {
  private static final int BYTE_ORDER_MARK_LENGTH = 3;

  private final RequestLimits limits;
  private final JsonFactory factory;

  public JsonRequestReader(RequestLimits limits) {
    this.limits = limits;
    this.factory = StreamingJson.factory(limits.maximumNesting());
  }

  /**
   * Reads a value of any bytes.
   *
   * @param addressed the model whatever the body says; null for the body's own
   */
  public Decoded read(byte[] value, @Nullable ModelReference addressed) {
    if (startsWithByteOrderMark(value)) {
      // A few editors put one before UTF-8, and readers may skip it (RFC 8259, section 8.1).
      return readText(Arrays.copyOfRange(value, BYTE_ORDER_MARK_LENGTH, value.length), addressed);
    }
    return readText(value, addressed);
  }

  private Decoded readText(byte[] value, @Nullable ModelReference addressed) {
    int invalid = Utf8.firstInvalid(value, 0, value.length);
    if (invalid >= 0) {
      return new Decoded.Malformed("not UTF-8 at byte " + invalid);
    }
    try (JsonParser parser = factory.createParser(value)) {
      return read(parser, value, addressed);
    } catch (JsonProcessingException malformed) {
      return new Decoded.Malformed(SyntaxMessage.of(malformed));
    } catch (IOException impossible) {
      // An array in memory has no other failures; were there one, the record is unreadable too.
      return new Decoded.Malformed("not readable as JSON: " + impossible);
    }
  }

  private Decoded read(JsonParser parser, byte[] value, @Nullable ModelReference addressed)
      throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return new Decoded.Malformed("value is blank");
    }
    if (first != JsonToken.START_OBJECT) {
      return new Decoded.Malformed("expected a JSON object, found " + JsonValues.found(parser));
    }
    TensorDeclarations declarations = new TensorDeclarations(limits.maximumElements());
    RequestBody body =
        new RequestBody(
            new TensorReader(factory, value, declarations, false),
            limits.maximumElements(),
            addressed);
    body.read(parser);
    if (parser.nextToken() != null) {
      return new Decoded.Malformed(
          "expected the end, found %s at byte %d"
              .formatted(JsonValues.found(parser), parser.currentTokenLocation().getByteOffset()));
    }
    return body.decoded();
  }

  /** Reads no more than the start of a value that is over the limit. */
  public Decoded readOversized(byte[] value) {
    return new OversizedRequest(factory, limits).read(value);
  }

  private static boolean startsWithByteOrderMark(byte[] value) {
    return value.length >= BYTE_ORDER_MARK_LENGTH
        && value[0] == (byte) 0xef
        && value[1] == (byte) 0xbb
        && value[2] == (byte) 0xbf;
  }
}

package dev.millrace.protocol;

import dev.millrace.protocol.codec.Excerpt;
import dev.millrace.protocol.json.JsonRequestReader;
import dev.millrace.protocol.protobuf.ProtobufRequestReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests out of record values. Safe for use by several threads.
 *
 * <p>Whatever the bytes are, the outcome is a value: a request, a request that cannot be served as
 * written, or no request at all.
 */
public final class RequestDecoder {
  private static final int MAXIMUM_DEFECT_LENGTH = 250;

  private final RequestLimits limits;
  private final JsonRequestReader json;
  private final ProtobufRequestReader protobuf;

  public RequestDecoder(RequestLimits limits) {
    this.limits = limits;
    this.json = new JsonRequestReader(limits);
    this.protobuf = new ProtobufRequestReader(limits);
  }

  /**
   * Reads a record's value.
   *
   * @param value null for a record that has none
   */
  public Decoded decode(byte @Nullable [] value, Encoding encoding) {
    return decode(value, encoding, null);
  }

  /**
   * Reads a body in JSON that was sent to a model, so that it need not name one.
   *
   * @param addressed the model, whatever the body says
   */
  public Decoded decode(byte[] value, ModelReference addressed) {
    return decode(value, Encoding.JSON, addressed);
  }

  private Decoded decode(
      byte @Nullable [] value, Encoding encoding, @Nullable ModelReference addressed) {
    if (value == null || value.length == 0) {
      return new Decoded.Malformed("value is empty");
    }
    boolean oversized = value.length > limits.maximumBytes();
    try {
      return switch (encoding) {
        case JSON -> oversized ? json.readOversized(value) : json.read(value, addressed);
        case PROTOBUF -> oversized ? protobuf.readOversized(value) : protobuf.read(value);
      };
    } catch (RuntimeException defect) {
      // Not known to happen. A parser's defect still must not stop the stream: the record is kept
      // with the defect's name on it.
      return new Decoded.Malformed(
          "value cannot be read: " + Excerpt.of(defect.toString(), MAXIMUM_DEFECT_LENGTH));
    }
  }
}

package dev.millrace.protocol;

import dev.millrace.protocol.json.JsonResultWriter;
import dev.millrace.protocol.protobuf.ProtobufResultWriter;

/**
 * Writes results as record values. Safe for use by several threads.
 *
 * <p>In JSON, data is one flat array. JSON has no NaN and no infinities: an element that is not
 * finite is written as {@code null}, and a parameter that is not finite is left out. An element of
 * {@link Datatype#BYTES} is written as text, with U+FFFD for what is not UTF-8. The protobuf
 * encoding has every bit of each.
 */
public final class ResultEncoder {
  private final JsonResultWriter json = new JsonResultWriter();
  private final ProtobufResultWriter protobuf = new ProtobufResultWriter();

  /** The value of the result's record. */
  public byte[] encode(Result result, Encoding encoding) {
    return switch (encoding) {
      case JSON -> json.write(result);
      case PROTOBUF -> protobuf.write(result);
    };
  }

  /** The value of the record of a piece of a text; JSON, as all of completions is. */
  public byte[] encode(CompletionProgress progress) {
    return json.write(progress);
  }
}

package dev.millrace.engines.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/**
 * Of a vocabulary whose tokens are bytes: the text is the bytes of all, read as UTF-8. What is a
 * part of a character waits for the rest of it.
 */
final class ByteLevelDetokenizer implements Detokenizer {
  /** A character takes at most four bytes, so three can be waiting. */
  private static final int LONGEST_REST = 3;

  private final byte[][] vocabulary;
  private final CharsetDecoder decoder =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final byte[] rest = new byte[LONGEST_REST];
  private int resting;

  /**
   * @param vocabulary the bytes of each token; none of those that are no text, such as the end
   */
  ByteLevelDetokenizer(byte[][] vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public String append(int token) {
    return decode(vocabulary[token], false);
  }

  @Override
  public String finish() {
    return decode(new byte[0], true);
  }

  private String decode(byte[] bytes, boolean last) {
    if (bytes.length == 0 && !last) {
      return "";
    }
    ByteBuffer in = ByteBuffer.allocate(resting + bytes.length);
    in.put(rest, 0, resting).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, out, last);
    if (last) {
      decoder.flush(out);
      decoder.reset();
    }
    resting = in.remaining();
    in.get(rest, 0, resting);
    return out.flip().toString();
  }
}

package dev.millrace.engines.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.engines.Tokens;

/** A vocabulary of the 256 bytes, and one token that ends a text. */
final class ByteTokenizer implements TextTokenizer {
  static final int END = 256;
  static final int SIZE = 257;

  private static final byte[][] BYTES = new byte[SIZE][];

  static {
    for (int value = 0; value < END; value++) {
      BYTES[value] = new byte[] {(byte) value};
    }
    BYTES[END] = new byte[0];
  }

  @Override
  public Tokens encode(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    int[] ids = new int[bytes.length];
    for (int index = 0; index < ids.length; index++) {
      ids[index] = Byte.toUnsignedInt(bytes[index]);
    }
    return Tokens.of(ids);
  }

  @Override
  public Detokenizer continuing(Tokens prompt) {
    return Detokenizers.ofBytes(BYTES);
  }

  @Override
  public String decode(Tokens tokens) {
    byte[] bytes = new byte[tokens.size()];
    for (int index = 0; index < bytes.length; index++) {
      bytes[index] = (byte) tokens.get(index);
    }
    return new String(bytes, UTF_8);
  }

  @Override
  public String text(int token) {
    return Detokenizers.textOf(BYTES[token]);
  }

  @Override
  public int longestToken() {
    return 1;
  }

  @Override
  public void close() {}
}

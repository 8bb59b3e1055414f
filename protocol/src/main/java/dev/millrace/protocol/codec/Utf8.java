package dev.millrace.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strict UTF-8, as the table of well-formed byte sequences has it (The Unicode Standard 15.0, table
 * 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * <p>JSON parsers and decoders for strings are more lenient than that, or do not look into what
 * they skip.
 */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NOT_ASCII = 0x8080808080808080L;

  private Utf8() {}

  /** The position of the first ill-formed sequence in {@code [from, to)}, or -1. */
  public static int firstInvalid(byte[] bytes, int from, int to) {
    int position = from;
    while (position < to) {
      if (position + Long.BYTES <= to && ((long) LONG.get(bytes, position) & NOT_ASCII) == 0) {
        position += Long.BYTES;
      } else if (bytes[position] >= 0) {
        position++;
      } else {
        int length = sequenceLength(bytes, position, to);
        if (length == 0) {
          return position;
        }
        position += length;
      }
    }
    return -1;
  }

  /** The length of the well-formed multi-byte sequence there, or 0 where it is ill-formed. */
  private static int sequenceLength(byte[] bytes, int position, int to) {
    int first = bytes[position] & 0xff;
    int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || position + length > to) {
      return 0;
    }
    // Only the second byte's range depends on the first.
    int second = bytes[position + 1] & 0xff;
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = position + 2; i < position + length; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}

package dev.millrace.protocol.codec;

/**
 * Text that can be written as UTF-8.
 *
 * <p>A Java string may hold half of a surrogate pair, for which there is no UTF-8 and at which
 * writers throw. An answer must be written all the same.
 */
public final class WellFormedText {
  private static final char REPLACEMENT = '\ufffd';

  private WellFormedText() {}

  /** The text with U+FFFD in place of each half of a pair; itself where there is none. */
  public static String of(String text) {
    int invalid = firstInvalid(text);
    if (invalid < 0) {
      return text;
    }
    StringBuilder repaired = new StringBuilder(text);
    while (invalid >= 0) {
      repaired.setCharAt(invalid, REPLACEMENT);
      invalid = firstInvalid(repaired, invalid + 1);
    }
    return repaired.toString();
  }

  /** The position of the first half of a pair that lacks its other half, or -1. */
  public static int firstInvalid(CharSequence text) {
    return firstInvalid(text, 0);
  }

  private static int firstInvalid(CharSequence text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }
}

package dev.millrace.protocol.codec;

/** What is shown of text that others wrote: a request may hold megabytes of it. */
public final class Excerpt {
  private static final int MAXIMUM_QUOTATION_LENGTH = 40;

  private Excerpt() {}

  /** At most that many characters of the text, with an ellipsis where it was longer. */
  public static String of(CharSequence text, int maximumLength) {
    if (text.length() <= maximumLength) {
      return text.toString();
    }
    int end = maximumLength - 1;
    // Half of a surrogate pair cannot be written as UTF-8.
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.subSequence(0, end) + "…";
  }

  /** A name in single quotes, shortened. */
  public static String quoted(CharSequence name) {
    return "'" + of(name, MAXIMUM_QUOTATION_LENGTH) + "'";
  }
}

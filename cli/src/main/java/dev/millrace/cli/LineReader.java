package dev.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines as the bytes they are: what is no text must reach the topic too. A line ends with a
 * line feed, which is not part of it, or with the input.
 */
final class LineReader {
  private final InputStream input;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;

  /**
   * @param input where the lines come from; reading needs no buffer beneath
   */
  LineReader(InputStream input) {
    this.input = input;
  }

  /** The next line, or null after the last. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    boolean any = false;
    while (position < limit || fill()) {
      any = true;
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      line.write(buffer, position, end - position);
      boolean ended = end < limit;
      position = ended ? end + 1 : end;
      if (ended) {
        break;
      }
    }
    return any ? line.toByteArray() : null;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, input.read(buffer));
    return limit > 0;
  }

  /** Whether a line holds nothing but blanks. */
  static boolean isBlank(byte[] line) {
    for (byte character : line) {
      if (character != ' ' && character != '\t' && character != '\r') {
        return false;
      }
    }
    return true;
  }
}

package dev.millrace.gateway.tasks;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The last task of a page, behind which the next one begins.
 *
 * @param created when it came, epoch milliseconds
 * @param id of the task, within its tenant
 */
public record TaskCursor(long created, String id) {
  private static final char SEPARATOR = ' ';

  public TaskCursor {
    if (id.isEmpty() || id.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("no task has this id");
    }
  }

  /** As clients carry it: opaque to them, and of letters that need no escape in a URL. */
  public String encode() {
    String text = Long.toString(created) + SEPARATOR + id;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads what {@link #encode} wrote; empty for every other text. */
  public static Optional<TaskCursor> decode(String text) {
    try {
      String plain =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)))
              .toString();
      int end = plain.indexOf(SEPARATOR);
      if (end < 0) {
        return Optional.empty();
      }
      TaskCursor cursor =
          new TaskCursor(Long.parseLong(plain.substring(0, end)), plain.substring(end + 1));
      // Several texts would decode to the same cursor otherwise, with a plus sign or padding.
      return cursor.encode().equals(text) ? Optional.of(cursor) : Optional.empty();
    } catch (CharacterCodingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

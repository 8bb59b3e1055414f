package dev.millrace.gateway.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What instances tell each other of tasks that have ended: a number of 64 bits for each, 16
 * hexadecimal digits, one behind the other. Names would not fit: PostgreSQL takes less than 8,000
 * bytes at once, and a name may have thousands. Two tasks of the same number cost a look in vain.
 */
final class TaskNotice {
  /** On which they tell it. */
  static final String CHANNEL = "millrace_task";

  private static final int DIGITS = 16;
  private static final int HEXADECIMAL = 16;

  /** PostgreSQL's limit is 7,999 bytes. */
  private static final int MOST_NUMBERS = 7_999 / DIGITS;

  private TaskNotice() {}

  /** The number of a task: the same in every instance, of every release. */
  static long number(String tenant, String id) {
    byte[] name = tenant.getBytes(UTF_8);
    MessageDigest digest = sha256();
    // The length goes before: ("a", "bc") is not ("ab", "c").
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
    digest.update(name);
    digest.update(id.getBytes(UTF_8));
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** The texts that tell of these tasks, each as long as may be. */
  static List<String> texts(List<Long> numbers) {
    List<String> texts = new ArrayList<>();
    for (int start = 0; start < numbers.size(); start += MOST_NUMBERS) {
      texts.add(
          numbers.subList(start, Math.min(numbers.size(), start + MOST_NUMBERS)).stream()
              .map("%016x"::formatted)
              .collect(Collectors.joining()));
    }
    return texts;
  }

  /**
   * Reads such a text.
   *
   * @throws IllegalArgumentException when it is none
   */
  static long[] numbers(String text) {
    if (text.length() % DIGITS != 0) {
      throw new IllegalArgumentException("a notice of " + text.length() + " characters");
    }
    LongStream.Builder numbers = LongStream.builder();
    for (int start = 0; start < text.length(); start += DIGITS) {
      numbers.add(Long.parseUnsignedLong(text.substring(start, start + DIGITS), HEXADECIMAL));
    }
    return numbers.build().toArray();
  }
}

package dev.millrace.connectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import java.util.Arrays;
import java.util.List;

/**
 * The headers that tell why a record is a dead letter: those of Kafka Connect's dead letter queue,
 * which Kafka users know, and Millrace's own about what had to be left out.
 */
final class DeadLetterHeaders {
  static final String TOPIC = "__connect.errors.topic";
  static final String PARTITION = "__connect.errors.partition";
  static final String OFFSET = "__connect.errors.offset";
  static final String STAGE = "__connect.errors.stage";
  static final String EXCEPTION_CLASS = "__connect.errors.exception.class.name";
  static final String EXCEPTION_MESSAGE = "__connect.errors.exception.message";

  /** How many bytes the value had, when it was cut. */
  static final String ORIGINAL_LENGTH = "millrace-original-length";

  /** SHA-256 of the whole value in hexadecimal digits, when it was cut. */
  static final String ORIGINAL_SHA256 = "millrace-original-sha256";

  /** How many headers the record had, when they were left out. */
  static final String HEADERS_DROPPED = "millrace-headers-dropped";

  /** How many bytes the key had, when it was cut. */
  static final String KEY_LENGTH = "millrace-key-length";

  /** What the timestamp was, when Kafka would not have taken it. */
  static final String ORIGINAL_TIMESTAMP = "millrace-original-timestamp";

  /** What Kafka allows a topic's name to be. */
  private static final int TOPIC_BYTES = 249;

  private static final int STAGE_BYTES = 128;
  private static final int CLASS_BYTES = 512;
  private static final int MESSAGE_BYTES = 1024;

  private DeadLetterHeaders() {}

  /**
   * Where the record stood and what was wrong with it; of bounded size whatever the letter says.
   */
  static List<RecordHeader> of(DeadLetter letter) {
    RecordCoordinates coordinates = letter.record().coordinates();
    return List.of(
        text(TOPIC, coordinates.topic(), TOPIC_BYTES),
        number(PARTITION, coordinates.partition()),
        number(OFFSET, coordinates.offset()),
        text(STAGE, letter.stage(), STAGE_BYTES),
        text(EXCEPTION_CLASS, letter.errorClass(), CLASS_BYTES),
        text(EXCEPTION_MESSAGE, letter.message(), MESSAGE_BYTES));
  }

  static RecordHeader number(String name, long value) {
    return new RecordHeader(name, Long.toString(value).getBytes(UTF_8));
  }

  /** A text of at most so many bytes of UTF-8, never ending within a character. */
  static RecordHeader text(String name, String value, int maximumBytes) {
    byte[] bytes = value.getBytes(UTF_8);
    if (bytes.length <= maximumBytes) {
      return new RecordHeader(name, bytes);
    }
    int end = maximumBytes;
    while (end > 0 && isContinuation(bytes[end])) {
      end--;
    }
    return new RecordHeader(name, Arrays.copyOf(bytes, end));
  }

  /** Whether the byte is the second, third or fourth of a character (RFC 3629, section 3). */
  private static boolean isContinuation(byte value) {
    return (value & 0xC0) == 0x80;
  }
}

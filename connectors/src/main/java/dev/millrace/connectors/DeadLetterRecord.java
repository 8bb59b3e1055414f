package dev.millrace.connectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.SourceRecord;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it is written: the record as it was, and headers that say what was wrong. The
 * names of these are those of Kafka Connect's dead letters.
 *
 * <p>Where all of it is too large to be sent, the value is cut first, then the record's own headers
 * are dropped, then its key is. What was cut is told in headers, with the length and a digest of
 * the value.
 */
final class DeadLetterRecord {
  /** The least limit that leaves room for what is never cut. */
  static final int LEAST_MAXIMUM_BYTES = 16 << 10;

  private static final String CONNECT = "__connect.errors.";
  private static final String ORIGINAL_LENGTH = "millrace-original-length";
  private static final String ORIGINAL_DIGEST = "millrace-original-sha256";
  private static final String HEADERS_DROPPED = "millrace-headers-dropped";
  private static final String KEY_LENGTH = "millrace-key-length";
  private static final int MAXIMUM_MESSAGE = 1_000;
  private static final long MAXIMUM_LEAD_MILLISECONDS = 24 * 60 * 60 * 1000L;

  private final SourceRecord source;
  private final List<RecordHeader> why;
  private final int maximumBytes;
  private final long timestamp;

  /**
   * @param maximumBytes the most bytes of the record with key and headers
   * @param now epoch milliseconds
   */
  DeadLetterRecord(DeadLetter letter, int maximumBytes, long now) {
    if (maximumBytes < LEAST_MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "dead letters of at most %d bytes; the least is %d"
              .formatted(maximumBytes, LEAST_MAXIMUM_BYTES));
    }
    this.source = letter.record();
    this.why = why(letter);
    this.maximumBytes = maximumBytes;
    long written = source.timestamp();
    this.timestamp = written >= 0 && written <= now + MAXIMUM_LEAD_MILLISECONDS ? written : now;
  }

  ProducerRecord<byte[], byte[]> toProducerRecord(String topic) {
    OutboundRecord whole = record(source.key(), source.value(), source.headers(), List.of());
    OutboundRecord record = fits(whole) ? whole : cut();
    // OutboundRecord has no null values, but a tombstone must stay one.
    return new ProducerRecord<>(
        topic,
        null,
        timestamp,
        record.key(),
        source.value() == null ? null : record.value(),
        KafkaRecords.headers(record.headers()));
  }

  private OutboundRecord cut() {
    List<RecordHeader> notes = new ArrayList<>();
    byte[] value = source.value() == null ? new byte[0] : source.value();
    notes.add(header(ORIGINAL_LENGTH, Integer.toString(value.length)));
    notes.add(header(ORIGINAL_DIGEST, digest(value)));
    byte @Nullable [] key = source.key();
    List<RecordHeader> headers = source.headers();
    if (!fits(record(key, null, headers, notes))) {
      notes.add(header(HEADERS_DROPPED, Integer.toString(headers.size())));
      headers = List.of();
    }
    if (key != null && !fits(record(key, null, headers, notes))) {
      notes.add(header(KEY_LENGTH, Integer.toString(key.length)));
      key = null;
    }
    long room = maximumBytes - record(key, null, headers, notes).maximumSerializedSize();
    byte[] kept = Arrays.copyOf(value, (int) Math.min(value.length, room));
    return record(key, kept, headers, notes);
  }

  private boolean fits(OutboundRecord record) {
    return record.maximumSerializedSize() <= maximumBytes;
  }

  private OutboundRecord record(
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<RecordHeader> headers,
      List<RecordHeader> notes) {
    List<RecordHeader> all = new ArrayList<>(headers);
    all.addAll(why);
    all.addAll(notes);
    return new OutboundRecord(null, null, timestamp, key, value == null ? new byte[0] : value, all);
  }

  private static List<RecordHeader> why(DeadLetter letter) {
    var coordinates = letter.record().coordinates();
    return List.of(
        header(CONNECT + "topic", coordinates.topic()),
        header(CONNECT + "partition", Integer.toString(coordinates.partition())),
        header(CONNECT + "offset", Long.toString(coordinates.offset())),
        header(CONNECT + "stage", letter.stage()),
        header(CONNECT + "exception.class.name", letter.errorClass()),
        header(CONNECT + "exception.message", capped(letter.message())));
  }

  private static String capped(String message) {
    return message.length() <= MAXIMUM_MESSAGE ? message : message.substring(0, MAXIMUM_MESSAGE);
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static String digest(byte[] value) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

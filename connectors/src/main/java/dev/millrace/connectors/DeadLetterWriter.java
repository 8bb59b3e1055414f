package dev.millrace.connectors;

import static dev.millrace.connectors.DeadLetterHeaders.number;
import static dev.millrace.connectors.DeadLetterHeaders.text;

import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.SourceRecord;
import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Lays a dead letter out as a Kafka record that is never larger than can be sent: the body gives
 * way first, then the original headers as a whole, then the key. Every cut is told in a header.
 *
 * @param maximumBytes the most bytes of a record, at least {@link #SMALLEST_MAXIMUM_BYTES}
 */
record DeadLetterWriter(int maximumBytes) implements Serializable {
  /** The error headers and the notes about cuts fit in this, with room for an excerpt. */
  static final int SMALLEST_MAXIMUM_BYTES = 4096;

  private static final byte[] NOTHING = {};
  private static final int SHA256_DIGITS = 64;

  /** What the notes about cuts take when there is one of each, with the longest numbers. */
  private static final int NOTES_BYTES =
      (int)
          size(
              NOTHING,
              NOTHING,
              List.of(
                  number(DeadLetterHeaders.ORIGINAL_LENGTH, Integer.MAX_VALUE),
                  text(DeadLetterHeaders.ORIGINAL_SHA256, "0".repeat(SHA256_DIGITS), SHA256_DIGITS),
                  number(DeadLetterHeaders.HEADERS_DROPPED, Integer.MAX_VALUE),
                  number(DeadLetterHeaders.KEY_LENGTH, Integer.MAX_VALUE)));

  DeadLetterWriter {
    if (maximumBytes < SMALLEST_MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "dead letters of at most %d bytes leave no room for what was wrong, at least %d are needed"
              .formatted(maximumBytes, SMALLEST_MAXIMUM_BYTES));
    }
  }

  /**
   * The record for a dead letter.
   *
   * @param now epoch milliseconds, the timestamp where the original's cannot be kept
   */
  ProducerRecord<byte[], byte[]> write(String topic, DeadLetter letter, long now) {
    SourceRecord record = letter.record();
    long timestamp = SaneTimestamp.of(record.timestamp(), now);
    List<RecordHeader> added = new ArrayList<>(DeadLetterHeaders.of(letter));
    if (timestamp != record.timestamp()) {
      added.add(number(DeadLetterHeaders.ORIGINAL_TIMESTAMP, record.timestamp()));
    }
    Fitted fitted = fit(record, added);
    return new ProducerRecord<>(
        topic,
        null,
        timestamp,
        fitted.key,
        fitted.value,
        OutboundRecordSerializer.kafkaHeaders(fitted.headers));
  }

  private Fitted fit(SourceRecord record, List<RecordHeader> added) {
    byte[] key = record.key();
    byte[] value = record.value();
    List<RecordHeader> headers = new ArrayList<>(record.headers());
    headers.addAll(added);
    if (size(key, value, headers) <= maximumBytes) {
      return new Fitted(key, value, headers);
    }
    List<RecordHeader> notes = new ArrayList<>();
    int room = maximumBytes - NOTES_BYTES;
    if (!record.headers().isEmpty() && size(key, NOTHING, headers) > room) {
      headers = new ArrayList<>(added);
      notes.add(number(DeadLetterHeaders.HEADERS_DROPPED, record.headers().size()));
    }
    int keyRoom = room - (int) size(NOTHING, NOTHING, headers);
    if (key != null && key.length > keyRoom) {
      notes.add(number(DeadLetterHeaders.KEY_LENGTH, key.length));
      key = Arrays.copyOf(key, keyRoom);
    }
    int valueRoom = room - (int) size(key, NOTHING, headers);
    if (value != null && value.length > valueRoom) {
      notes.add(number(DeadLetterHeaders.ORIGINAL_LENGTH, value.length));
      notes.add(text(DeadLetterHeaders.ORIGINAL_SHA256, sha256(value), SHA256_DIGITS));
      value = Arrays.copyOf(value, valueRoom);
    }
    headers.addAll(notes);
    return new Fitted(key, value, headers);
  }

  private static long size(
      byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
    return new OutboundRecord(null, null, 0, key, value == null ? NOTHING : value, headers)
        .maximumSerializedSize();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private record Fitted(
      byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {}
}

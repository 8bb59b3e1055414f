package dev.millrace.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record ready to be written.
 *
 * @param topic where to, or null for the default topic of the stream it is in
 * @param partition which partition, or null to let the key decide
 * @param timestamp epoch milliseconds
 */
public record OutboundRecord(
    @Nullable String topic,
    @Nullable Integer partition,
    long timestamp,
    byte @Nullable [] key,
    byte[] value,
    List<RecordHeader> headers) {

  /** Kafka's batch header (61 bytes) and the fixed fields of a record (at most 36), rounded up. */
  private static final int RECORD_OVERHEAD = 128;

  /** Two variable-length lengths of at most 5 bytes each. */
  private static final int HEADER_OVERHEAD = 10;

  /** Bytes a Kafka producer needs at the most to send this record alone, before compression. */
  public long maximumSerializedSize() {
    long size = RECORD_OVERHEAD + (long) (key == null ? 0 : key.length) + value.length;
    for (RecordHeader header : headers) {
      byte[] headerValue = header.value();
      size +=
          HEADER_OVERHEAD
              + header.name().getBytes(StandardCharsets.UTF_8).length
              + (headerValue == null ? 0 : headerValue.length);
    }
    return size;
  }
}

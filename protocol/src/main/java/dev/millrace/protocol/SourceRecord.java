package dev.millrace.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was read from the request topic, not yet understood.
 *
 * @param timestamp as the record carries it, epoch milliseconds; may be nonsense
 */
public record SourceRecord(
    RecordCoordinates coordinates,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<RecordHeader> headers) {}

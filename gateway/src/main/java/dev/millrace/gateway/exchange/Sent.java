package dev.millrace.gateway.exchange;

import dev.millrace.protocol.RecordCoordinates;

/**
 * Of a record that Kafka has.
 *
 * @param source where it stands
 * @param timestamp of the record, epoch milliseconds
 */
public record Sent(RecordCoordinates source, long timestamp) {}

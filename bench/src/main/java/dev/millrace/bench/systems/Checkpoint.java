package dev.millrace.bench.systems;

/**
 * A checkpoint that was completed.
 *
 * @param triggeredAt epoch milliseconds
 * @param durationMillis until it was complete
 * @param stateBytes all of the state that it holds
 * @param writtenBytes what was written for it: less than its state when it is incremental
 */
public record Checkpoint(
    long id, long triggeredAt, long durationMillis, long stateBytes, long writtenBytes) {}

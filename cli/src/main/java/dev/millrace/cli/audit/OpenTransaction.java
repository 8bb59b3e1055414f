package dev.millrace.cli.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * A transaction that has written to a topic and has not ended. Until it does, no read_committed
 * consumer is given anything that was written to that partition after it began, by whomever.
 *
 * @param transactionalId empty when the broker no longer knows whose it is
 * @param state what the transaction's coordinator says of it; empty as above
 * @param begun when, by the clock of the broker; empty as above
 * @param topic that it has written to
 * @param partition of the topic
 * @param firstOffset of the transaction
 * @param withheld records and markers from there to the end of the partition
 */
public record OpenTransaction(
    Optional<String> transactionalId,
    Optional<String> state,
    Optional<Instant> begun,
    String topic,
    int partition,
    long firstOffset,
    long withheld) {}

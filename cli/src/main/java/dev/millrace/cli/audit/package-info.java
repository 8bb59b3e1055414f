/**
 * Checks that every request has exactly one answer.
 *
 * <p>{@link dev.millrace.cli.audit.ConservationLedger} is told of records and knows nothing of
 * Kafka; the rest reads topics. Confined to one thread.
 */
@NullMarked
package dev.millrace.cli.audit;

import org.jspecify.annotations.NullMarked;

/**
 * Requests to Kafka, and their replies back from it: who waits for which reply, and who has gone.
 *
 * <p>Safe for use by several threads. Listeners are called on the thread that reads replies, and
 * must not block it.
 */
@NullMarked
package dev.millrace.gateway.exchange;

import org.jspecify.annotations.NullMarked;

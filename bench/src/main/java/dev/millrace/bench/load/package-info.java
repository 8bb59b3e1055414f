/**
 * Open-loop load: requests that come when they come, whether or not those before them have been
 * answered, and what becomes of each.
 *
 * <p>Latency counts from the instant at which a request was to be sent, not from the one at which
 * the producer got round to it, so that a stall delays all requests that fell into it (Gil Tene's
 * <em>coordinated omission</em>).
 *
 * <p>Schedules, plans and outcomes are immutable and pure. The producer works on its caller's
 * thread, the recorder on one of its own.
 */
@NullMarked
package dev.millrace.bench.load;

import org.jspecify.annotations.NullMarked;

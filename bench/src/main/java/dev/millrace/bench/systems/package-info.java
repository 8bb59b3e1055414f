/**
 * The systems that are compared: Millrace, and what somebody would write without it.
 *
 * <p>All run in the Flink of this process, on the same broker, with the same Flink options, from
 * fresh topics with the same records in them.
 *
 * <p>What is not a Flink function is used by the benchmark's thread only, unless it says otherwise.
 */
@NullMarked
package dev.millrace.bench.systems;

import org.jspecify.annotations.NullMarked;

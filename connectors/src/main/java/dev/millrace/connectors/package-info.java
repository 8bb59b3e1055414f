/**
 * Kafka to Flink and back: the request source, the sinks, and what they write.
 *
 * <p>The factories run where a job is put together; sources and sinks run on the threads that Flink
 * gives them, and each writer is confined to one.
 */
@NullMarked
package dev.millrace.connectors;

import org.jspecify.annotations.NullMarked;

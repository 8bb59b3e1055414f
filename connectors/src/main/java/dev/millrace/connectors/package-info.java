/**
 * Kafka to Flink and back: where requests are read, and where results, replies and dead letters are
 * written.
 *
 * <p>The classes named after a source or a sink only put Kafka's and Flink's parts together, on the
 * thread that builds the job graph. What they are made of is serialized into the job and then runs
 * on one task thread each; only a producer's callbacks come from a thread of the producer.
 */
@NullMarked
package dev.millrace.connectors;

import org.jspecify.annotations.NullMarked;

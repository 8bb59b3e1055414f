/**
 * Shapes of metrics that Flink lacks. Updated on the mailbox thread, read by reporters on theirs.
 */
@NullMarked
package dev.millrace.operators.metrics;

import org.jspecify.annotations.NullMarked;

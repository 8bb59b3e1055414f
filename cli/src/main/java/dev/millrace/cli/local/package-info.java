/**
 * The local stack: a broker in a process of its own, Flink in this one, and the directory that both
 * keep their state in.
 *
 * <p>Started and stopped by one thread; the topics are watched by another.
 */
@NullMarked
package dev.millrace.cli.local;

import org.jspecify.annotations.NullMarked;

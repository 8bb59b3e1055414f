/**
 * Benchmarks of the tasks in PostgreSQL: what a page costs among a million of them, and how fast
 * the topic of tasks is projected.
 *
 * <p>Run by one thread.
 */
@NullMarked
package dev.millrace.bench.tasks;

import org.jspecify.annotations.NullMarked;

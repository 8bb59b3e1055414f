/**
 * The job graph, its options and its main: the only place where operators, connectors and engines
 * meet.
 *
 * <p>Runs once, on the thread that submits the job.
 */
@NullMarked
package dev.millrace.jobs;

import org.jspecify.annotations.NullMarked;

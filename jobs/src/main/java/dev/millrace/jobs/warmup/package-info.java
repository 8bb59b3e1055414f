/** A run of the job before there is one, for a process that is to begin it without delay. */
@NullMarked
package dev.millrace.jobs.warmup;

import org.jspecify.annotations.NullMarked;

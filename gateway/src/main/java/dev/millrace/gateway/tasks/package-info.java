/**
 * Tasks as PostgreSQL has them: the projection of their topic, and what is asked of it.
 *
 * <p>{@link dev.millrace.gateway.tasks.TaskProjection} writes what the job tells, {@link
 * dev.millrace.gateway.tasks.TaskStore} reads it, {@link dev.millrace.gateway.tasks.TaskEvents}
 * hears of ends, {@link dev.millrace.gateway.tasks.TaskRetention} deletes what is old. Each may be
 * used from any thread, and has a thread of its own if it needs one. What talks to the server
 * blocks, so it is never called on an event loop.
 */
@NullMarked
package dev.millrace.gateway.tasks;

import org.jspecify.annotations.NullMarked;

/**
 * The gateway's PostgreSQL: the pool and the schema, and a server of its own where none is given.
 *
 * <p>{@link dev.millrace.gateway.database.Database} and {@link
 * dev.millrace.gateway.database.LocalDatabase} may be used from any thread. What talks to the
 * server blocks, so it is never called on an event loop.
 */
@NullMarked
package dev.millrace.gateway.database;

import org.jspecify.annotations.NullMarked;

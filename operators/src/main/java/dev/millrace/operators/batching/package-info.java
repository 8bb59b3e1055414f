/**
 * When a batch forms, of what, and what is in flight.
 *
 * <p>Pure: time is an argument, decisions are values. Confined to the mailbox thread of one task.
 */
@NullMarked
package dev.millrace.operators.batching;

import org.jspecify.annotations.NullMarked;

/**
 * Which request is next.
 *
 * <p>A queue holds a small index on the heap; what was asked stays in keyed state. Confined to the
 * mailbox thread of one task.
 */
@NullMarked
package dev.millrace.operators.queue;

import org.jspecify.annotations.NullMarked;

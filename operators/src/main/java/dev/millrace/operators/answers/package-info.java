/**
 * Turns results into records that can be written. Pure; confined to the mailbox thread of one task.
 */
@NullMarked
package dev.millrace.operators.answers;

import org.jspecify.annotations.NullMarked;

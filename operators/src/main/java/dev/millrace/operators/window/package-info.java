/**
 * The keyed window whose trigger is an engine that can take more.
 *
 * <p>{@link dev.millrace.operators.window.BatchWindowOperator} is the only class here that Flink
 * calls. All of it runs on the mailbox thread of its task, except {@link
 * dev.millrace.operators.window.CompletionInbox}, through which engines call back.
 */
@NullMarked
package dev.millrace.operators.window;

import org.jspecify.annotations.NullMarked;

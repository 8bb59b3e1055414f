/**
 * How requests are admitted, queued and batched.
 *
 * <p>The policy is plain code without Flink: it is told the time, decides, and leaves the doing to
 * the adapters. The adapters are Flink operators and run on the mailbox thread of their task, so
 * nothing here needs a lock except where an engine calls back.
 */
@NullMarked
package dev.millrace.operators;

import org.jspecify.annotations.NullMarked;

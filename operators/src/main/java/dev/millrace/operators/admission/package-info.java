/**
 * What may wait for an engine, and what is answered at the door.
 *
 * <p>{@link dev.millrace.operators.admission.Admitter} decides without I/O of its own; {@link
 * dev.millrace.operators.admission.AdmitFunction} is the Flink function around it. Confined to the
 * mailbox thread of one task.
 */
@NullMarked
package dev.millrace.operators.admission;

import org.jspecify.annotations.NullMarked;

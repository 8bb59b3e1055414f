/**
 * What a request, a result and a dead letter are: the records every other module speaks in.
 *
 * <p>Everything here is an immutable value without I/O and may be shared between threads. Arrays
 * inside a value are handed over, not copied: who makes a value stops writing to its arrays.
 */
@NullMarked
package dev.millrace.protocol;

import org.jspecify.annotations.NullMarked;

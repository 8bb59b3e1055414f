/**
 * What the JSON and the protobuf codec share: ranges of elements, half precision, UTF-8, and the
 * checks a tensor passes however it was written. For this module's own use, {@code HalfPrecision}
 * aside.
 *
 * <p>Static functions and values are safe for use by several threads; {@code LittleEndianBuffer}
 * and {@code TensorDeclarations} belong to the thread that made them.
 */
@NullMarked
package dev.millrace.protocol.codec;

import org.jspecify.annotations.NullMarked;

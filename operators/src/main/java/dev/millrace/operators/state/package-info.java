/**
 * How requests are laid out in state and between tasks.
 *
 * <p>Each value begins with the version of its layout, so a later release reads what an earlier one
 * wrote. Stateless.
 */
@NullMarked
package dev.millrace.operators.state;

import org.jspecify.annotations.NullMarked;

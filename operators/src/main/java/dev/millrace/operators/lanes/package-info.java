/** Spreads requests over lanes, the units that move when a job is rescaled. Pure and immutable. */
@NullMarked
package dev.millrace.operators.lanes;

import org.jspecify.annotations.NullMarked;

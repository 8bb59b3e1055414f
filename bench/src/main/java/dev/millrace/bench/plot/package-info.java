/** Draws charts as SVG. Pure. */
@NullMarked
package dev.millrace.bench.plot;

import org.jspecify.annotations.NullMarked;

/** How many answers a second a system gives when requests never run out. */
@NullMarked
package dev.millrace.bench.saturation;

import org.jspecify.annotations.NullMarked;

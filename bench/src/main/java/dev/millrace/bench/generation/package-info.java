/** Text: tokens a second, how soon the first comes and how long each takes. */
@NullMarked
package dev.millrace.bench.generation;

import org.jspecify.annotations.NullMarked;

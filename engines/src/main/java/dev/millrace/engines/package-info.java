/**
 * The port through which requests are scored, and the description of what can be scored.
 *
 * <p>This package knows no library: implementations stand in its sub-packages, and only what wires
 * a job sees those. {@link dev.millrace.engines.Engine} is called from one thread by each of its
 * users and calls back from threads of its own; all else here is immutable.
 */
@NullMarked
package dev.millrace.engines;

import org.jspecify.annotations.NullMarked;

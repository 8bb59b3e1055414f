/**
 * Steady load on a cluster of its own while processes are killed, frozen and replaced, and an audit
 * in the end.
 */
@NullMarked
package dev.millrace.cli.chaos;

import org.jspecify.annotations.NullMarked;

/**
 * The command line: {@code millrace run | produce | consume | audit}.
 *
 * <p>Each command is a class of its own, run once on the main thread. What a command prints is for
 * people on standard output; progress and errors go to standard error.
 */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;

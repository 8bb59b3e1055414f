/** Flink's REST API, as far as the command line needs it. Safe for any thread. */
@NullMarked
package dev.millrace.cli.flink;

import org.jspecify.annotations.NullMarked;

/**
 * What a benchmark found: figures of systems by round, what they come to, and how that is shown as
 * text, JSON and a chart. Immutable, and pure but for {@link
 * dev.millrace.bench.report.Environment#ofThisMachine}.
 */
@NullMarked
package dev.millrace.bench.report;

import org.jspecify.annotations.NullMarked;

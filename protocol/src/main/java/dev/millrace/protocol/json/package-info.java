/**
 * The JSON encoding of requests and results, streamed: no tree is built, and the elements of a
 * tensor go from the text straight into its data.
 *
 * <p>The public classes are for this module's own use and safe for use by several threads. All
 * others belong to the one call that made them.
 */
@NullMarked
package dev.millrace.protocol.json;

import org.jspecify.annotations.NullMarked;

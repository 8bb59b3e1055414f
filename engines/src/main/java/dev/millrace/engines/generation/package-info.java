/**
 * Generates texts: which sequences share a decode step, which token comes next, and how tokens
 * become text. What computes is behind the port {@link
 * dev.millrace.engines.generation.SequenceModel}; nothing here knows DJL.
 *
 * <p>A <em>sequence</em> is one prompt and the one text that continues it. It has a <em>slot</em>
 * of the model's cache from its admission to its end. Its tokens are <em>prefilled</em> into the
 * cache, in chunks, and from then on <em>decoded</em>, one a step.
 *
 * <p>All classes are confined to one thread, the decode loop's.
 */
@NullMarked
package dev.millrace.engines.generation;

import org.jspecify.annotations.NullMarked;

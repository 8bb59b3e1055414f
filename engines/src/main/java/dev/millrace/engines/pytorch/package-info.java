/**
 * Scores tensors with PyTorch, through DJL.
 *
 * <p>A model is in memory once per process and device, however many tasks use it. Each execution
 * stream is a thread with buffers of its own; a {@link dev.millrace.engines.pytorch.EngineView} is
 * what one user sees of a shared model.
 */
@NullMarked
package dev.millrace.engines.pytorch;

import org.jspecify.annotations.NullMarked;

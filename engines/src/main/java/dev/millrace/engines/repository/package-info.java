/**
 * Reads model repositories: directories {@code <name>/<version>/} with a model file and its {@code
 * serving.properties}.
 *
 * <p>Runs where a job is submitted, on one thread, and needs no engine library.
 */
@NullMarked
package dev.millrace.engines.repository;

import org.jspecify.annotations.NullMarked;

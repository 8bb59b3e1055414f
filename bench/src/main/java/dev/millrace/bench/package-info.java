/**
 * Benchmarks and their baselines: what {@code millrace bench} runs. Never deployed.
 *
 * <p>A benchmark runs its systems one at a time, interleaved over several rounds, in one process
 * tree: this process with Flink in it, and a broker beside it.
 *
 * <p>Benchmarks are run by one thread; interrupting it ends them.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;

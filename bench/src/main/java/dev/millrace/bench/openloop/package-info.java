/**
 * Benchmarks of latency: what becomes of requests that come when they come, at low load, in bursts,
 * beyond the capacity, from tenants of which one asks too much, and behind a long queue.
 *
 * <p>Run by one thread.
 */
@NullMarked
package dev.millrace.bench.openloop;

import org.jspecify.annotations.NullMarked;

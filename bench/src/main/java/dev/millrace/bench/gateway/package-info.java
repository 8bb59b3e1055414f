/**
 * The way over HTTP: what a stack of its own, or one that runs already, answers to {@code wrk}, and
 * how many streams a gateway holds. All of it is processes beside this one, started as users start
 * them.
 */
@NullMarked
package dev.millrace.bench.gateway;

import org.jspecify.annotations.NullMarked;

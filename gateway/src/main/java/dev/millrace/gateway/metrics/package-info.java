/** What the gateway counts, in the names of Prometheus. Safe for use by several threads. */
@NullMarked
package dev.millrace.gateway.metrics;

import org.jspecify.annotations.NullMarked;

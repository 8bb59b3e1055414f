/**
 * What stands in {@code openapi.yaml}, over the exchange.
 *
 * <p>Handlers run on the event loop of their connection, and never block it. What comes from other
 * threads is passed on to that loop first.
 */
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;

/**
 * Who asks, and what they may: bearer tokens (JWT, RFC 7519) and the keys that they are signed
 * with.
 *
 * <p>{@link TokenVerifier} never blocks and is for any thread, event loops too: it works on the
 * keys that are at hand. A {@link KeySource} reads keys on a thread of its own. Time is an
 * argument; only key sources read a clock.
 */
@NullMarked
package dev.millrace.gateway.auth;

import org.jspecify.annotations.NullMarked;

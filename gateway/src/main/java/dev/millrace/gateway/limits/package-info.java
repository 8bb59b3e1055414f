/**
 * What a tenant may ask for: requests and tokens a minute, and requests at once.
 *
 * <p>Safe for use by several threads.
 */
@NullMarked
package dev.millrace.gateway.limits;

import org.jspecify.annotations.NullMarked;

/**
 * Whether what the gateway stands on works: looked at again and again, so that whoever asks hears
 * at once.
 */
@NullMarked
package dev.millrace.gateway.health;

import org.jspecify.annotations.NullMarked;

/** Gateways as the commands start them: which models they tell of, and whose keys they trust. */
@NullMarked
package dev.millrace.cli.gateway;

import org.jspecify.annotations.NullMarked;

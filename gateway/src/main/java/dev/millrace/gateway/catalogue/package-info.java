/** Which models are deployed, as far as clients ask. Immutable. */
@NullMarked
package dev.millrace.gateway.catalogue;

import org.jspecify.annotations.NullMarked;

package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Top-level fields of a request that belong together, and the first fault found in them. Which
 * groups count is known only at the end of the body: until then a fault is kept, not raised.
 */
abstract class FieldGroup {
  private final Set<String> names;
  private @Nullable InvalidRequestException fault;

  FieldGroup(Set<String> names) {
    this.names = names;
  }

  /** Whether the field of that name is of this group. */
  final boolean owns(String field) {
    return names.contains(field);
  }

  /** Reads the field whose value the parser stands on, and stops behind it whatever it holds. */
  final void read(String field, JsonParser parser) throws IOException {
    try {
      readValue(field, parser);
    } catch (InvalidRequestException invalid) {
      if (fault == null) {
        fault = invalid;
      }
      while (parser.getParsingContext().getNestingDepth() > 1) {
        parser.nextToken();
      }
    }
  }

  /** Reads the value the parser stands on, which is not null. */
  abstract void readValue(String field, JsonParser parser)
      throws IOException, InvalidRequestException;

  /** Raises the first fault, if there was one. */
  final void check() throws InvalidRequestException {
    if (fault != null) {
      throw fault;
    }
  }
}

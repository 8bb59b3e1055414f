package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.protocol.codec.Excerpt;

/** What a JSON parser's complaint is told as: shortened, with the place. */
final class SyntaxMessage {
  private static final int MAXIMUM_LENGTH = 160;

  private SyntaxMessage() {}

  static String of(JsonProcessingException exception) {
    String problem = Excerpt.of(exception.getOriginalMessage(), MAXIMUM_LENGTH);
    JsonLocation location = exception.getLocation();
    return location == null
        ? "not JSON: " + problem
        : "not JSON at byte %d: %s".formatted(location.getByteOffset(), problem);
  }
}

package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Which key a record gets that is made of a line. */
interface RequestKey {
  /** The key, or null for none. */
  byte @Nullable [] of(byte[] line);

  /** The same for all. */
  static RequestKey fixed(@Nullable String key) {
    byte[] bytes = key == null ? null : key.getBytes(UTF_8);
    return line -> bytes;
  }

  /** The text of the field {@code id}; none where the line is no JSON object that has one. */
  static RequestKey fromId() {
    JsonFactory json = new JsonFactory();
    return line -> {
      try (JsonParser parser = json.createParser(line)) {
        String id = id(parser);
        return id == null ? null : id.getBytes(UTF_8);
      } catch (IOException e) {
        // The line goes out as it is: what it is worth is for the reader of the topic to say.
        return null;
      }
    };
  }

  private static @Nullable String id(JsonParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return null;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean isId = parser.currentName().equals("id");
      JsonToken value = parser.nextToken();
      if (isId) {
        return value == JsonToken.VALUE_STRING ? parser.getText() : null;
      }
      parser.skipChildren();
    }
    return null;
  }
}

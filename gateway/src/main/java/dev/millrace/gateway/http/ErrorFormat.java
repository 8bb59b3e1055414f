package dev.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.protocol.codec.WellFormedText;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** How errors are written: below {@code /v2} as its protocol has them, elsewhere as OpenAI. */
enum ErrorFormat {
  OPEN_AI,
  PROTOCOL;

  static ErrorFormat of(String path) {
    return path.equals("/v2") || path.startsWith("/v2/") ? PROTOCOL : OPEN_AI;
  }

  Buffer write(ApiError error) {
    return switch (this) {
      case OPEN_AI -> JsonBodies.object(json -> writeOpenAi(json, error));
      case PROTOCOL ->
          JsonBodies.object(
              json -> json.writeStringField("error", WellFormedText.of(error.message())));
    };
  }

  private static void writeOpenAi(JsonGenerator json, ApiError error) throws IOException {
    json.writeObjectFieldStart("error");
    json.writeStringField("message", WellFormedText.of(error.message()));
    json.writeStringField("type", error.type());
    String param = error.param();
    if (param == null) {
      json.writeNullField("param");
    } else {
      json.writeStringField("param", WellFormedText.of(param));
    }
    json.writeStringField("code", error.code());
    json.writeEndObject();
  }
}

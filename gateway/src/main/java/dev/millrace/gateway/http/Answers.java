package dev.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;

/** Ends requests with a body. A client that has gone hears nothing. */
final class Answers {
  static final String JSON = "application/json";

  private Answers() {}

  static void json(RoutingContext context, int status, Buffer body) {
    end(context, status, JSON, body);
  }

  static void json(RoutingContext context, int status, JsonBodies.Fields fields) {
    json(context, status, JsonBodies.object(fields));
  }

  /**
   * A list in OpenAI's form.
   *
   * @param item the fields of an item
   * @param more fields behind the items
   */
  static <T> void list(
      RoutingContext context, List<T> items, ItemFields<T> item, JsonBodies.Fields more) {
    json(
        context,
        200,
        json -> {
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (T each : items) {
            json.writeStartObject();
            item.write(json, each);
            json.writeEndObject();
          }
          json.writeEndArray();
          more.write(json);
        });
  }

  /** Writes the fields of an item of a list. */
  @FunctionalInterface
  interface ItemFields<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }

  static void end(RoutingContext context, int status, String contentType, Buffer body) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    var unused = response.end(body);
  }

  static void error(RoutingContext context, ApiError error) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (error.retryAfterSeconds() > 0) {
      response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(error.retryAfterSeconds()));
    }
    json(
        context,
        error.status(),
        ErrorFormat.of(context.request().path() == null ? "" : context.request().path())
            .write(error));
  }
}

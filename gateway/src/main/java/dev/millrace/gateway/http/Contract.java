package dev.millrace.gateway.http;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The contract of the API: {@code openapi.yaml}. */
public final class Contract {
  private static final String FILE = "dev/millrace/gateway/openapi.yaml";
  private static final String EVENT_STREAM = "text/event-stream";

  private Contract() {}

  /** As it is written. */
  static byte[] bytes() {
    try (InputStream stream = Contract.class.getClassLoader().getResourceAsStream(FILE)) {
      if (stream == null) {
        throw new IOException(FILE + " is not on the class path");
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * To route and to check answers by. Vert.x knows no event streams and refuses a contract that has
   * one, so it is not told of them.
   */
  public static Future<OpenAPIContract> load(Vertx vertx) {
    try {
      Map<String, Object> tree =
          new ObjectMapper(new YAMLFactory()).readValue(bytes(), new TypeReference<>() {});
      JsonObject contract = new JsonObject(tree);
      return OpenAPIContract.from(vertx, withoutEventStreams(contract));
    } catch (IOException e) {
      return Future.failedFuture(e);
    }
  }

  private static JsonObject withoutEventStreams(JsonObject object) {
    JsonObject copy = new JsonObject();
    for (String name : object.fieldNames()) {
      Object value = object.getValue(name);
      if (!name.equals(EVENT_STREAM)) {
        copy.put(name, value instanceof JsonObject inner ? withoutEventStreams(inner) : value);
      }
    }
    return copy;
  }
}

package dev.millrace.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes small JSON bodies. Safe for use by several threads. */
final class JsonBodies {
  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonBodies() {}

  /** Writes the fields of one object. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator generator) throws IOException;
  }

  static Buffer object(Fields fields) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(target)) {
      generator.writeStartObject();
      fields.write(generator);
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array in memory cannot fail", impossible);
    }
    return Buffer.buffer(target.toByteArray());
  }
}

package dev.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record as a JSON object: {@code partition, offset, timestamp, key, headers, value}.
 *
 * <p>Bytes are a string where they are UTF-8, else <code>{"base64": "…"}</code>, or null. A header
 * that occurs more than once is an array.
 */
final class RecordDescription {
  private static final JsonFactory JSON = new JsonFactory();

  private RecordDescription() {}

  /** One line, without its end. */
  static byte[] of(ConsumerRecord<byte[], byte[]> record) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("partition", record.partition());
      json.writeNumberField("offset", record.offset());
      json.writeNumberField("timestamp", record.timestamp());
      json.writeFieldName("key");
      write(json, record.key());
      json.writeFieldName("headers");
      write(json, record.headers());
      json.writeFieldName("value");
      write(json, record.value());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Iterable<Header> headers) throws IOException {
    Map<String, List<Header>> byName = new LinkedHashMap<>();
    headers.forEach(
        header -> byName.computeIfAbsent(header.key(), name -> new ArrayList<>()).add(header));
    json.writeStartObject();
    for (Map.Entry<String, List<Header>> same : byName.entrySet()) {
      json.writeFieldName(same.getKey());
      boolean repeated = same.getValue().size() > 1;
      if (repeated) {
        json.writeStartArray();
      }
      for (Header header : same.getValue()) {
        write(json, header.value());
      }
      if (repeated) {
        json.writeEndArray();
      }
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      json.writeNull();
      return;
    }
    try {
      json.writeString(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      json.writeStartObject();
      json.writeBinaryField("base64", bytes);
      json.writeEndObject();
    }
  }
}

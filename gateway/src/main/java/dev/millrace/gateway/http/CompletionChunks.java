package dev.millrace.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The events behind the pieces of texts: how they end, and what they took. */
final class CompletionChunks {
  private static final String CHOICES = "choices";
  private static final String USAGE = "usage";

  private final ObjectMapper mapper;
  private final ObjectNode completion;

  private CompletionChunks(ObjectMapper mapper, ObjectNode completion) {
    this.mapper = mapper;
    this.completion = completion;
  }

  /** Of the whole completion as the job has written it. */
  static CompletionChunks of(ObjectMapper mapper, byte[] completion) {
    try {
      return new CompletionChunks(mapper, (ObjectNode) mapper.readTree(completion));
    } catch (IOException e) {
      throw new UncheckedIOException("what has been read once can be read again", e);
    }
  }

  /** What is left of each text, with its logprobs, and why it ends. */
  Buffer last(StreamedText delivered) {
    ObjectNode last = completion.deepCopy();
    last.remove(USAGE);
    for (JsonNode choice : last.path(CHOICES)) {
      String whole = choice.path("text").asText();
      ((ObjectNode) choice).put("text", delivered.rest(choice.path("index").asInt(), whole));
    }
    return write(last);
  }

  /** The tokens, where {@code stream_options.include_usage} asks for them. */
  Buffer usage() {
    ObjectNode usage = completion.deepCopy();
    usage.putArray(CHOICES);
    return write(usage);
  }

  private Buffer write(ObjectNode node) {
    try {
      return Buffer.buffer(mapper.writeValueAsBytes(node));
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory cannot fail", e);
    }
  }
}

package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionRequest.Prompt;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.ParameterValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** Writes completion requests as JSON. Safe for use by several threads. */
public final class JsonRequestWriter {
  private final JsonFactory factory = StreamingJson.factory(StreamingJson.RESULT_NESTING);

  /** The value of a request record. */
  public byte[] write(CompletionRequest request, String id) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (JsonGenerator generator = factory.createGenerator(target)) {
      generator.writeStartObject();
      generator.writeStringField("id", id);
      generator.writeStringField("model", request.model().name());
      String version = request.model().version();
      if (version != null) {
        generator.writeStringField("model_version", version);
      }
      writeParameters(generator, request.parameters());
      generator.writeArrayFieldStart("prompt");
      for (Prompt prompt : request.prompts()) {
        writePrompt(generator, prompt);
      }
      generator.writeEndArray();
      writeSampling(generator, request.sampling());
      generator.writeBooleanField("stream", request.stream());
      generator.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("an array in memory cannot fail", impossible);
    }
    return target.toByteArray();
  }

  private static void writeParameters(
      JsonGenerator generator, Map<String, ParameterValue> parameters) throws IOException {
    if (parameters.isEmpty()) {
      return;
    }
    generator.writeObjectFieldStart("parameters");
    for (Map.Entry<String, ParameterValue> parameter : new TreeMap<>(parameters).entrySet()) {
      JsonResultWriter.writeParameter(generator, parameter.getKey(), parameter.getValue());
    }
    generator.writeEndObject();
  }

  private static void writePrompt(JsonGenerator generator, Prompt prompt) throws IOException {
    if (prompt instanceof Prompt.Text text) {
      generator.writeString(text.text());
    } else if (prompt instanceof Prompt.Tokens tokens) {
      generator.writeStartArray();
      for (int token : tokens.tokens()) {
        generator.writeNumber(token);
      }
      generator.writeEndArray();
    }
  }

  private static void writeSampling(JsonGenerator generator, Sampling sampling) throws IOException {
    generator.writeNumberField("max_tokens", sampling.maxTokens());
    generator.writeNumberField("temperature", sampling.temperature());
    generator.writeNumberField("top_p", sampling.topP());
    generator.writeNumberField("top_k", sampling.topK());
    generator.writeNumberField("n", sampling.choices());
    generator.writeNumberField("best_of", sampling.bestOf());
    generator.writeBooleanField("echo", sampling.echo());
    Long seed = sampling.seed();
    if (seed != null) {
      generator.writeNumberField("seed", seed);
    }
    Integer logprobs = sampling.logprobs();
    if (logprobs != null) {
      generator.writeNumberField("logprobs", logprobs);
    }
    generator.writeNumberField("presence_penalty", sampling.presencePenalty());
    generator.writeNumberField("frequency_penalty", sampling.frequencyPenalty());
    if (!sampling.logitBias().isEmpty()) {
      generator.writeObjectFieldStart("logit_bias");
      for (Map.Entry<Integer, Double> bias : new TreeMap<>(sampling.logitBias()).entrySet()) {
        generator.writeNumberField(bias.getKey().toString(), bias.getValue());
      }
      generator.writeEndObject();
    }
    if (!sampling.stop().isEmpty()) {
      generator.writeArrayFieldStart("stop");
      for (String stop : sampling.stop()) {
        generator.writeString(stop);
      }
      generator.writeEndArray();
    }
  }
}

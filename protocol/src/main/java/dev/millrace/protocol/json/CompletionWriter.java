package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.millrace.protocol.CompletionProgress;
import dev.millrace.protocol.CompletionResult;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.codec.WellFormedText;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of completions, whole ones and pieces, as the OpenAI completions API has them.
 */
final class CompletionWriter {
  private static final String OBJECT = "text_completion";

  private final JsonGenerator generator;

  CompletionWriter(JsonGenerator generator) {
    this.generator = generator;
  }

  void write(CompletionResult result) throws IOException {
    writeHead(result.id(), result.created(), result.model());
    generator.writeArrayFieldStart("choices");
    for (CompletionResult.Choice choice : result.choices()) {
      generator.writeStartObject();
      writeText(choice.index(), choice.text());
      writeLogprobs(choice.logprobs());
      generator.writeStringField("finish_reason", choice.finishReason().wireName());
      generator.writeEndObject();
    }
    generator.writeEndArray();
    writeUsage(result.usage());
  }

  void write(CompletionProgress progress) throws IOException {
    writeHead(progress.id(), progress.created(), progress.model());
    generator.writeArrayFieldStart("choices");
    generator.writeStartObject();
    writeText(progress.choice(), progress.text());
    generator.writeNullField("logprobs");
    generator.writeNullField("finish_reason");
    generator.writeEndObject();
    generator.writeEndArray();
  }

  private void writeHead(String id, long created, ModelVersion model) throws IOException {
    generator.writeStringField("id", WellFormedText.of(id));
    generator.writeStringField("object", OBJECT);
    generator.writeNumberField("created", created);
    generator.writeStringField("model", WellFormedText.of(model.name()));
    generator.writeStringField("model_version", Integer.toString(model.version()));
  }

  private void writeText(int index, String text) throws IOException {
    generator.writeNumberField("index", index);
    generator.writeStringField("text", WellFormedText.of(text));
  }

  private void writeLogprobs(CompletionResult.@Nullable Logprobs logprobs) throws IOException {
    if (logprobs == null) {
      generator.writeNullField("logprobs");
      return;
    }
    generator.writeObjectFieldStart("logprobs");
    generator.writeArrayFieldStart("tokens");
    for (String token : logprobs.tokens()) {
      generator.writeString(WellFormedText.of(token));
    }
    generator.writeEndArray();
    generator.writeArrayFieldStart("token_logprobs");
    for (Double logprob : logprobs.tokenLogprobs()) {
      writeNumber(logprob);
    }
    generator.writeEndArray();
    generator.writeArrayFieldStart("top_logprobs");
    for (Map<String, Double> alternatives : logprobs.topLogprobs()) {
      writeAlternatives(alternatives);
    }
    generator.writeEndArray();
    generator.writeArrayFieldStart("text_offset");
    for (int offset : logprobs.textOffsets()) {
      generator.writeNumber(offset);
    }
    generator.writeEndArray();
    generator.writeEndObject();
  }

  private void writeAlternatives(@Nullable Map<String, Double> alternatives) throws IOException {
    if (alternatives == null) {
      generator.writeNull();
      return;
    }
    generator.writeStartObject();
    for (Map.Entry<String, Double> alternative : alternatives.entrySet()) {
      generator.writeFieldName(WellFormedText.of(alternative.getKey()));
      writeNumber(alternative.getValue());
    }
    generator.writeEndObject();
  }

  private void writeNumber(@Nullable Double number) throws IOException {
    if (number == null || !Double.isFinite(number)) {
      generator.writeNull();
    } else {
      generator.writeNumber(number);
    }
  }

  void writeUsage(Usage usage) throws IOException {
    generator.writeObjectFieldStart("usage");
    generator.writeNumberField("prompt_tokens", usage.promptTokens());
    generator.writeNumberField("completion_tokens", usage.completionTokens());
    generator.writeNumberField("total_tokens", usage.totalTokens());
    generator.writeEndObject();
  }
}

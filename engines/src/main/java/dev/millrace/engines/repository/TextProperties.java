package dev.millrace.engines.repository;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.TextModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a text model, from the {@code config.json} beside it in Hugging Face's keys, and how
 * its sequences share it, from {@code serving.properties}.
 */
final class TextProperties {
  private static final String CONFIG = "config.json";

  /** DJL Serving's keys and default. */
  private static final String SLOTS = "option.max_rolling_batch_size";

  private static final int DEFAULT_SLOTS = 32;
  private static final String CHUNK = "millrace.prefill_chunk";
  private static final int DEFAULT_CHUNK = 64;
  private static final String STREAM = "millrace.prefill_stream";
  private static final String REUSE = "millrace.reuse_prefixes_from";
  private static final String MEMORY = "millrace.cache_megabytes";
  private static final int UNBOUNDED = Integer.MAX_VALUE;
  private static final long MEGABYTE = 1 << 20;

  private final PropertyValues values;

  TextProperties(PropertyValues values) {
    this.values = values;
  }

  TextModelSpec read(Path directory) throws InvalidModelException {
    Path tokenizer = directory.resolve(TextModelSpec.TOKENIZER);
    if (!Files.isRegularFile(tokenizer)) {
      throw new InvalidModelException(
          "%s: no such file; a model with option.task=text-generation has one"
              .formatted(tokenizer));
    }
    Path file = directory.resolve(CONFIG);
    Config config = Config.read(file);
    int layers = config.required("num_hidden_layers", "n_layer");
    int attentionHeads = config.required("num_attention_heads", "n_head");
    int heads = config.optional("num_key_value_heads", attentionHeads);
    int headSize =
        config.has("head_dim")
            ? config.required("head_dim", "head_dim")
            : config.required("hidden_size", "n_embd") / attentionHeads;
    int context = config.required("max_position_embeddings", "n_positions");
    int vocabulary = config.required("vocab_size", "vocab_size");
    int slots = slots(TextModelSpec.bytesOfSlot(layers, heads, headSize, context));
    GenerationSettings settings =
        new GenerationSettings(
            values.positive(CHUNK, DEFAULT_CHUNK),
            values.notNegative(REUSE, 0),
            values.flag(STREAM, false));
    return new TextModelSpec(
        layers, heads, headSize, context, vocabulary, config.ends(), slots, settings);
  }

  /** As many as were asked for, or as the memory holds. */
  private int slots(long bytesOfSlot) throws InvalidModelException {
    int wanted = values.positive(SLOTS, DEFAULT_SLOTS);
    long megabytes = values.positive(MEMORY, UNBOUNDED);
    long fitting = megabytes == UNBOUNDED ? wanted : megabytes * MEGABYTE / bytesOfSlot;
    if (fitting == 0) {
      throw values.invalid(
          MEMORY,
          "the cache of one sequence takes %d bytes, more than these %d MiB"
              .formatted(bytesOfSlot, megabytes));
    }
    return (int) Math.min(wanted, fitting);
  }

  /** The integers of a {@code config.json}. */
  private static final class Config {
    private final Path file;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Integer> ends = new ArrayList<>();

    private Config(Path file) {
      this.file = file;
    }

    static Config read(Path file) throws InvalidModelException {
      Config config = new Config(file);
      try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw new InvalidModelException("%s: no JSON object".formatted(file));
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String field = parser.currentName();
          parser.nextToken();
          config.take(field, parser);
        }
      } catch (IOException e) {
        throw new InvalidModelException(
            "%s: cannot be read: %s".formatted(file, e.getMessage()), e);
      }
      return config;
    }

    private void take(String field, JsonParser parser) throws IOException {
      if (parser.hasToken(JsonToken.VALUE_NUMBER_INT)) {
        numbers.put(field, parser.getIntValue());
        if (field.equals("eos_token_id")) {
          ends.add(parser.getIntValue());
        }
      } else if (field.equals("eos_token_id") && parser.hasToken(JsonToken.START_ARRAY)) {
        while (parser.nextToken() == JsonToken.VALUE_NUMBER_INT) {
          ends.add(parser.getIntValue());
        }
      } else {
        parser.skipChildren();
      }
    }

    boolean has(String field) {
      return numbers.containsKey(field);
    }

    int optional(String field, int otherwise) {
      return numbers.getOrDefault(field, otherwise);
    }

    /** Under its usual name, or GPT-2's. */
    int required(String field, String other) throws InvalidModelException {
      Integer number = numbers.getOrDefault(field, numbers.get(other));
      if (number == null || number < 1) {
        throw new InvalidModelException(
            "%s: %s: %s"
                .formatted(
                    file, field, number == null ? "is missing" : number + " is not positive"));
      }
      return number;
    }

    List<Integer> ends() {
      return ends;
    }
  }
}

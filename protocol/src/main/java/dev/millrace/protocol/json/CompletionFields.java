package dev.millrace.protocol.json;

import com.fasterxml.jackson.core.JsonParser;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionRequest.Prompt;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.codec.InvalidRequestException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a completion request alone; names, ranges and defaults are those of the OpenAI
 * completions API. Others of that API ({@code user}, {@code suffix}) are ignored.
 */
final class CompletionFields extends FieldGroup {
  private static final Set<String> NAMES =
      Set.of(
          "model",
          "prompt",
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "n",
          "best_of",
          "echo",
          "seed",
          "logprobs",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "stop",
          "stream");

  private static final int MAXIMUM_CHOICES = 128;
  private static final int MAXIMUM_BEST_OF = 128;
  private static final int MAXIMUM_LOGPROBS = 5;
  private static final double MAXIMUM_TEMPERATURE = 2;
  private static final double MAXIMUM_PENALTY = 2;

  private final PromptReader promptReader;
  private @Nullable String model;
  private boolean present;
  private List<Prompt> prompts = List.of();
  private int maxTokens = 16;
  private double temperature = 1;
  private double topP = 1;
  private int topK;
  private int choices = 1;
  private @Nullable Integer bestOf;
  private boolean echo;
  private @Nullable Long seed;
  private @Nullable Integer logprobs;
  private double presencePenalty;
  private double frequencyPenalty;
  private Map<Integer, Double> logitBias = Map.of();
  private List<String> stop = List.of();
  private boolean stream;

  /**
   * @param maximumElements of all prompts together, tokens or texts
   */
  CompletionFields(long maximumElements) {
    super(NAMES);
    promptReader = new PromptReader(maximumElements);
  }

  @Override
  void readValue(String field, JsonParser parser) throws IOException, InvalidRequestException {
    switch (field) {
      case "model" -> model = JsonValues.text(parser, field);
      case "prompt" -> {
        present = true;
        prompts = promptReader.read(parser);
      }
      case "max_tokens" -> maxTokens = integer(parser, field, 0, Integer.MAX_VALUE);
      case "temperature" -> temperature = JsonValues.number(parser, field, 0, MAXIMUM_TEMPERATURE);
      case "top_p" -> topP = JsonValues.number(parser, field, 0, 1);
      // vLLM's word for all of them is -1.
      case "top_k" -> topK = Math.max(0, integer(parser, field, -1, Integer.MAX_VALUE));
      case "n" -> choices = integer(parser, field, 1, MAXIMUM_CHOICES);
      case "best_of" -> bestOf = integer(parser, field, 1, MAXIMUM_BEST_OF);
      case "echo" -> echo = JsonValues.bool(parser, field);
      case "seed" -> seed = JsonValues.integer(parser, field, Long.MIN_VALUE, Long.MAX_VALUE);
      case "logprobs" -> logprobs = integer(parser, field, 0, MAXIMUM_LOGPROBS);
      case "presence_penalty" -> presencePenalty = penalty(parser, field);
      case "frequency_penalty" -> frequencyPenalty = penalty(parser, field);
      case "logit_bias" -> logitBias = SamplingReader.logitBias(parser);
      case "stop" -> stop = SamplingReader.stop(parser);
      default -> stream = JsonValues.bool(parser, field);
    }
  }

  /** Whether the body has a prompt, good or bad. */
  boolean isPresent() {
    return present;
  }

  @Nullable String model() {
    return model;
  }

  CompletionRequest request(CommonFields common) throws InvalidRequestException {
    check();
    ModelReference reference = common.model(model);
    if (reference == null) {
      throw InvalidRequestException.field("model", "model is missing");
    }
    if (!present) {
      throw InvalidRequestException.field("prompt", "prompt is missing");
    }
    return new CompletionRequest(
        common.id(), reference, common.parameters(), prompts, sampling(), stream);
  }

  private Sampling sampling() throws InvalidRequestException {
    int candidates = bestOf == null ? choices : bestOf;
    if (candidates < choices) {
      throw InvalidRequestException.field(
          "best_of",
          "best_of: expected at least n, which is %d, found %d".formatted(choices, candidates));
    }
    return new Sampling(
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        candidates,
        echo,
        seed,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop);
  }

  private static int integer(JsonParser parser, String field, int minimum, int maximum)
      throws IOException, InvalidRequestException {
    return (int) JsonValues.integer(parser, field, minimum, maximum);
  }

  private static double penalty(JsonParser parser, String field)
      throws IOException, InvalidRequestException {
    return JsonValues.number(parser, field, -MAXIMUM_PENALTY, MAXIMUM_PENALTY);
  }
}

package dev.millrace.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI completions request.
 *
 * @param prompts one or more
 * @param stream whether pieces of the text are wanted as they are made
 */
public record CompletionRequest(
    @Nullable String id,
    ModelReference model,
    Map<String, ParameterValue> parameters,
    List<Prompt> prompts,
    Sampling sampling,
    boolean stream)
    implements InferenceRequest {

  public CompletionRequest {
    parameters = Map.copyOf(parameters);
    prompts = List.copyOf(prompts);
  }

  /** What the text is to continue. */
  public sealed interface Prompt {
    /** A prompt as text. */
    record Text(String text) implements Prompt {}

    /** A prompt as token ids of the model's own vocabulary. */
    record Tokens(List<Integer> tokens) implements Prompt {
      public Tokens {
        tokens = List.copyOf(tokens);
      }
    }
  }

  /**
   * How the next token is chosen and when the text ends; names, ranges and defaults are OpenAI's.
   *
   * @param maxTokens at least 0
   * @param temperature 0 to 2
   * @param topP 0 to 1
   * @param topK how many of the most probable tokens to choose among; 0 for all (not OpenAI's, but
   *     what most servers have)
   * @param choices how many completions of each prompt ({@code n})
   * @param logprobs how many alternatives to report, 0 to 5, or null for none
   * @param presencePenalty -2 to 2
   * @param frequencyPenalty -2 to 2
   * @param logitBias token id to bias, -100 to 100
   * @param stop at most 4 non-empty strings
   */
  public record Sampling(
      int maxTokens,
      double temperature,
      double topP,
      int topK,
      int choices,
      int bestOf,
      boolean echo,
      @Nullable Long seed,
      @Nullable Integer logprobs,
      double presencePenalty,
      double frequencyPenalty,
      Map<Integer, Double> logitBias,
      List<String> stop) {
    public Sampling {
      logitBias = Map.copyOf(logitBias);
      stop = List.copyOf(stop);
    }
  }
}

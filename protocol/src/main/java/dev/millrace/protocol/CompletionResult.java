package dev.millrace.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI completion: the answer to a {@link CompletionRequest}.
 *
 * @param created epoch seconds, of the request's record, so that a replay says the same
 * @param choices by prompt, and for each prompt by number
 */
public record CompletionResult(
    String id, long created, ModelVersion model, List<Choice> choices, Usage usage)
    implements Result {
  public CompletionResult {
    choices = List.copyOf(choices);
  }

  @Override
  public ResultStatus status() {
    return ResultStatus.OK;
  }

  /**
   * One text.
   *
   * @param index its place among the choices
   * @param text what was generated, with the prompt before it where that was asked for
   * @param logprobs null unless asked for
   */
  public record Choice(
      int index, String text, @Nullable Logprobs logprobs, FinishReason finishReason) {}

  /**
   * How probable the tokens of a text were; natural logarithms. All lists are as long as the text
   * has tokens.
   *
   * @param tokens as text
   * @param tokenLogprobs of each, null where it has none: nothing comes before the first of a
   *     prompt
   * @param topLogprobs the most probable tokens in the place of each, and the chosen one; null like
   *     its own
   * @param textOffsets where in the choice's text each begins, in characters
   */
  public record Logprobs(
      List<String> tokens,
      List<@Nullable Double> tokenLogprobs,
      List<@Nullable Map<String, Double>> topLogprobs,
      List<Integer> textOffsets) {
    public Logprobs {
      tokens = List.copyOf(tokens);
      textOffsets = List.copyOf(textOffsets);
    }
  }
}

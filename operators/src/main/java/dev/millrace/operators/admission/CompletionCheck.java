package dev.millrace.operators.admission;

import dev.millrace.engines.PromptEncoder;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest;
import dev.millrace.protocol.CompletionRequest.Prompt;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a text model can do what a completion request asks. */
final class CompletionCheck {
  /**
   * The most texts of a request: each holds as many tokens as its prompt and what may follow it.
   */
  static final int MAXIMUM_TEXTS = 128;

  private final TextModelSpec model;
  private final PromptEncoder encoder;

  CompletionCheck(TextModelSpec model, PromptEncoder encoder) {
    this.model = model;
    this.encoder = encoder;
  }

  /** What the check comes to. */
  sealed interface Verdict {
    /**
     * It can.
     *
     * @param length the tokens of the longest prompt, with what may follow it
     */
    record Accepted(Work.Generation work, int length) implements Verdict {}

    /** It cannot. */
    record Refused(Refusal refusal) implements Verdict {}
  }

  /**
   * Checks a request, and encodes its prompts.
   *
   * @param otherwise the seed when the request names none
   */
  Verdict check(CompletionRequest request, long otherwise) {
    Sampling sampling = request.sampling();
    Optional<Refusal> unusable = check(sampling, request.prompts().size());
    if (unusable.isPresent()) {
      return new Verdict.Refused(unusable.get());
    }
    List<Tokens> prompts = new ArrayList<>(request.prompts().size());
    int longest = 0;
    for (Prompt prompt : request.prompts()) {
      try {
        Tokens tokens = tokens(prompt, sampling.maxTokens());
        prompts.add(tokens);
        longest = Math.max(longest, tokens.size());
      } catch (RefusedException e) {
        return new Verdict.Refused(e.refusal);
      }
    }
    Long seed = sampling.seed();
    Work.Generation work =
        new Work.Generation(prompts, sampling, seed == null ? otherwise : seed, request.stream());
    return new Verdict.Accepted(work, longest + sampling.maxTokens());
  }

  private Optional<Refusal> check(Sampling sampling, int prompts) {
    if (sampling.bestOf() > sampling.choices()) {
      return Optional.of(
          invalid(
              "best_of",
              "best_of: choosing the best of %d texts is not offered; leave it out, or ask for n"
                  .formatted(sampling.bestOf())));
    }
    long texts = (long) prompts * sampling.choices();
    if (texts > MAXIMUM_TEXTS) {
      return Optional.of(
          invalid(
              sampling.choices() > 1 ? "n" : "prompt",
              "%d prompts, each continued %d times, are %d texts: at most %d are generated for one request"
                  .formatted(prompts, sampling.choices(), texts, MAXIMUM_TEXTS)));
    }
    return sampling.logitBias().keySet().stream()
        .filter(token -> token >= model.vocabulary())
        .findAny()
        .map(
            token ->
                invalid(
                    "logit_bias",
                    "logit_bias: the model's tokens are 0 to %d, not %d"
                        .formatted(model.vocabulary() - 1, token)));
  }

  private Tokens tokens(Prompt prompt, int maxTokens) throws RefusedException {
    Tokens tokens =
        prompt instanceof Prompt.Text text ? encode(text.text()) : checked((Prompt.Tokens) prompt);
    if (tokens.size() == 0) {
      throw new RefusedException(invalid("prompt", "prompt has no tokens"));
    }
    if ((long) tokens.size() + maxTokens > model.context()) {
      throw tooLong(
          tokens.size() > model.context() ? "prompt" : "max_tokens",
          "and the prompt has %d and max_tokens is %d".formatted(tokens.size(), maxTokens));
    }
    return tokens;
  }

  private Tokens encode(String text) throws RefusedException {
    // Known without encoding it, which takes long for a long text.
    int atLeast = text.length() / encoder.longestToken();
    if (atLeast > model.context()) {
      throw tooLong("prompt", "and the prompt has at least %d".formatted(atLeast));
    }
    try {
      return encoder.encode(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(invalid("prompt", "prompt cannot be encoded: " + e.getMessage()));
    }
  }

  private Tokens checked(Prompt.Tokens prompt) throws RefusedException {
    for (int token : prompt.tokens()) {
      if (token >= model.vocabulary()) {
        throw new RefusedException(
            invalid(
                "prompt",
                "prompt: the model's tokens are 0 to %d, not %d"
                    .formatted(model.vocabulary() - 1, token)));
      }
    }
    return Tokens.of(prompt.tokens().stream().mapToInt(Integer::intValue).toArray());
  }

  private RefusedException tooLong(String field, String found) {
    return new RefusedException(
        new Refusal(
            ErrorCode.CONTEXT_LENGTH_EXCEEDED,
            "the model's context is %d tokens, %s".formatted(model.context(), found),
            field));
  }

  private static Refusal invalid(String param, String message) {
    return new Refusal(ErrorCode.INVALID_REQUEST, message, param);
  }

  /** Leaves the encoding of prompts at the first that cannot be served. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    private RefusedException(Refusal refusal) {
      super(refusal.message());
      this.refusal = refusal;
    }
  }
}

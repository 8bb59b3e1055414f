package dev.millrace.engines.generation;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Tokens;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.CompletionResult.Logprobs;
import dev.millrace.protocol.FinishReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes down what has become of a sequence. */
final class Choices {
  private final TextTokenizer tokenizer;

  Choices(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The choice of a sequence that has ended. */
  Choice of(Sequence sequence) {
    Sampling sampling = sequence.generation().work().sampling();
    FinishReason reason = Objects.requireNonNull(sequence.finishReason());
    Description description = new Description();
    String prompt = sampling.echo() ? description.addPrompt(sequence) : "";
    if (sampling.logprobs() != null) {
      description.addGenerated(sequence, prompt.length());
    }
    return new Choice(
        sequence.number(),
        prompt + sequence.text().text(),
        sampling.logprobs() == null ? null : description.logprobs(),
        reason);
  }

  private final class Description {
    private final List<String> tokens = new ArrayList<>();
    private final List<@Nullable Double> chosen = new ArrayList<>();
    private final List<@Nullable Map<String, Double>> top = new ArrayList<>();
    private final List<Integer> offsets = new ArrayList<>();

    /** Adds the tokens of the prompt, and returns its text. */
    private String addPrompt(Sequence sequence) {
      Detokenizer detokenizer = tokenizer.continuing(Tokens.NONE);
      StringBuilder text = new StringBuilder();
      List<GeneratedToken> described = sequence.described();
      for (int position = 0; position < sequence.promptLength(); position++) {
        int token = sequence.tokens()[position];
        offsets.add(text.length());
        text.append(detokenizer.append(token));
        tokens.add(tokenizer.text(token));
        // Nothing comes before the first, so there is nothing by which it could be probable.
        boolean known = position > 0 && position <= described.size();
        chosen.add(known ? (Double) (double) described.get(position - 1).logprob() : null);
        top.add(known ? alternatives(described.get(position - 1)) : null);
      }
      return text.append(detokenizer.finish()).toString();
    }

    private void addGenerated(Sequence sequence, int begin) {
      List<GeneratedToken> generated = sequence.generated();
      for (int position = 0; position < generated.size(); position++) {
        GeneratedToken token = generated.get(position);
        offsets.add(begin + sequence.text().offsets().getInt(position));
        tokens.add(tokenizer.text(token.id()));
        chosen.add((double) token.logprob());
        top.add(alternatives(token));
      }
    }

    private Map<String, Double> alternatives(GeneratedToken token) {
      Map<String, Double> alternatives = new LinkedHashMap<>();
      for (GeneratedToken.Alternative alternative : token.alternatives()) {
        alternatives.putIfAbsent(tokenizer.text(alternative.id()), (double) alternative.logprob());
      }
      alternatives.putIfAbsent(tokenizer.text(token.id()), (double) token.logprob());
      return alternatives;
    }

    private Logprobs logprobs() {
      return new Logprobs(tokens, chosen, top, offsets);
    }
  }
}

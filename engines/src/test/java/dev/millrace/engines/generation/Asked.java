package dev.millrace.engines.generation;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A completion to ask for: greedy and of 16 tokens, unless said otherwise. Immutable. */
final class Asked {
  private List<Tokens> prompts = List.of();
  private int maxTokens = 16;
  private double temperature;
  private double topP = 1;
  private int topK;
  private int choices = 1;
  private boolean echo;
  private @Nullable Integer logprobs;
  private double presencePenalty;
  private double frequencyPenalty;
  private Map<Integer, Double> logitBias = Map.of();
  private List<String> stop = List.of();
  private long seed = 7;
  private boolean stream;

  private Asked() {}

  static Asked of(String prompt) {
    return new Asked().and(prompt);
  }

  private Asked with(Consumer<Asked> change) {
    Asked changed = new Asked();
    changed.prompts = prompts;
    changed.maxTokens = maxTokens;
    changed.temperature = temperature;
    changed.topP = topP;
    changed.topK = topK;
    changed.choices = choices;
    changed.echo = echo;
    changed.logprobs = logprobs;
    changed.presencePenalty = presencePenalty;
    changed.frequencyPenalty = frequencyPenalty;
    changed.logitBias = logitBias;
    changed.stop = stop;
    changed.seed = seed;
    changed.stream = stream;
    change.accept(changed);
    return changed;
  }

  Asked and(String prompt) {
    List<Tokens> more = new ArrayList<>(prompts);
    more.add(new ByteTokenizer().encode(prompt));
    return with(asked -> asked.prompts = more);
  }

  Asked maxTokens(int tokens) {
    return with(asked -> asked.maxTokens = tokens);
  }

  Asked seeded(long newSeed, double newTemperature) {
    return with(
        asked -> {
          asked.seed = newSeed;
          asked.temperature = newTemperature;
        });
  }

  Asked among(int newTopK, double newTopP) {
    return with(
        asked -> {
          asked.topK = newTopK;
          asked.topP = newTopP;
        });
  }

  Asked choices(int count) {
    return with(asked -> asked.choices = count);
  }

  Asked echoed(@Nullable Integer alternatives) {
    return with(
        asked -> {
          asked.echo = true;
          asked.logprobs = alternatives;
        });
  }

  Asked logprobs(int alternatives) {
    return with(asked -> asked.logprobs = alternatives);
  }

  Asked penalised(double presence, double frequency) {
    return with(
        asked -> {
          asked.presencePenalty = presence;
          asked.frequencyPenalty = frequency;
        });
  }

  Asked biased(int token, double bias) {
    return with(asked -> asked.logitBias = Map.of(token, bias));
  }

  Asked stoppedBy(String... stops) {
    return with(asked -> asked.stop = List.of(stops));
  }

  Asked streamed() {
    return with(asked -> asked.stream = true);
  }

  long seed() {
    return seed;
  }

  Sampling sampling() {
    return new Sampling(
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        choices,
        echo,
        seed,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop);
  }

  Work.Generation work() {
    return new Work.Generation(prompts, sampling(), seed, stream);
  }

  /** A request for it whose former life has generated this. */
  Generation generation(List<List<GeneratedToken>> before, Heard heard) {
    return new Generation(new EngineRequest(1, work(), before), work(), heard, 0);
  }

  Generation generation(Heard heard) {
    return generation(List.of(), heard);
  }
}

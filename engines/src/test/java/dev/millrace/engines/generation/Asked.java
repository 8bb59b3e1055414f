package dev.millrace.engines.generation;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A completion to ask for: greedy and of 16 tokens, unless said otherwise. */
record Asked(
    List<Tokens> prompts,
    int maxTokens,
    double temperature,
    double topP,
    int topK,
    int choices,
    boolean echo,
    @Nullable Integer logprobs,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias,
    List<String> stop,
    long seed,
    boolean stream) {

  static Asked of(String prompt) {
    return new Asked(
        List.of(new ByteTokenizer().encode(prompt)),
        16,
        0,
        1,
        0,
        1,
        false,
        null,
        0,
        0,
        Map.of(),
        List.of(),
        7,
        false);
  }

  Asked and(String prompt) {
    List<Tokens> more = new ArrayList<>(prompts);
    more.add(new ByteTokenizer().encode(prompt));
    return new Asked(
        more,
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        seed,
        stream);
  }

  Asked maxTokens(int tokens) {
    return new Asked(
        prompts,
        tokens,
        temperature,
        topP,
        topK,
        choices,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        seed,
        stream);
  }

  Asked seeded(long newSeed, double newTemperature) {
    return new Asked(
        prompts,
        maxTokens,
        newTemperature,
        topP,
        topK,
        choices,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        newSeed,
        stream);
  }

  Asked among(int newTopK, double newTopP) {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        newTopP,
        newTopK,
        choices,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        seed,
        stream);
  }

  Asked choices(int count) {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        topP,
        topK,
        count,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        seed,
        stream);
  }

  Asked echoed(@Nullable Integer alternatives) {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        true,
        alternatives,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        seed,
        stream);
  }

  Asked logprobs(int alternatives) {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        echo,
        alternatives,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        seed,
        stream);
  }

  Asked penalised(double presence, double frequency) {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        echo,
        logprobs,
        presence,
        frequency,
        logitBias,
        stop,
        seed,
        stream);
  }

  Asked biased(int token, double bias) {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        Map.of(token, bias),
        stop,
        seed,
        stream);
  }

  Asked stoppedBy(String... stops) {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        List.of(stops),
        seed,
        stream);
  }

  Asked streamed() {
    return new Asked(
        prompts,
        maxTokens,
        temperature,
        topP,
        topK,
        choices,
        echo,
        logprobs,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        stop,
        seed,
        true);
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

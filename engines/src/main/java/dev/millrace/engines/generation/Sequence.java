package dev.millrace.engines.generation;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.FinishReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One text that is being generated: its tokens, how many of them are in the cache, and its end. */
final class Sequence {
  private final Generation generation;
  private final int number;
  private final Sampling sampling;
  private final int[] tokens;
  private final int promptLength;
  private final TokenSampler sampler;
  private final SequenceText text;
  private final List<GeneratedToken> generated = new ArrayList<>();

  /** Of the tokens of the prompt, where they are wanted: echoed, with their probabilities. */
  private final List<GeneratedToken> described = new ArrayList<>(0);

  private int length;
  private int cached;
  private @Nullable FinishReason finishReason;

  /**
   * @param number which of the request's sequences it is
   * @param before what a former life has generated
   */
  Sequence(
      Generation generation,
      int number,
      List<GeneratedToken> before,
      Vocabulary vocabulary,
      SamplerScratch scratch) {
    Work.Generation work = generation.work();
    Tokens prompt = work.promptOf(number);
    this.generation = generation;
    this.number = number;
    this.sampling = work.sampling();
    this.promptLength = prompt.size();
    this.tokens = Arrays.copyOf(prompt.toArray(), promptLength + sampling.maxTokens());
    this.length = promptLength;
    this.sampler = new TokenSampler(sampling, work.seed(), number, scratch);
    this.text =
        new SequenceText(vocabulary.tokenizer().continuing(prompt), sampling.stop(), vocabulary);
    for (GeneratedToken token : before) {
      take(token);
    }
    if (sampling.maxTokens() == 0) {
      finishReason = FinishReason.LENGTH;
    }
  }

  /** The tokens that end a text, and what all tokens mean. */
  record Vocabulary(TextTokenizer tokenizer, List<Integer> ends) {}

  /**
   * Takes the token that comes next.
   *
   * @return the piece of the text that is certain with it, empty when none is
   */
  String take(GeneratedToken token) {
    tokens[length++] = token.id();
    generated.add(token);
    sampler.generated(token.id());
    String piece = text.append(token.id());
    if (text.hasEnded()) {
      finishReason = FinishReason.STOP;
    } else if (generated.size() >= sampling.maxTokens()) {
      finishReason = FinishReason.LENGTH;
    }
    return finishReason == null ? piece : piece + text.finish();
  }

  /** Chooses the token that comes next, from the logits after the last that was computed. */
  GeneratedToken choose(Logits logits, int row) {
    return sampler.choose(logits, row, generated.size());
  }

  /** The probabilities of the tokens of the prompt are wanted, so they are computed one by one. */
  boolean describesPrompt() {
    return sampling.echo() && sampling.logprobs() != null;
  }

  /** Whether the probabilities of some tokens of the prompt are wanted and not known yet. */
  boolean lacksDescription() {
    return describesPrompt() && described.size() < promptLength - 1;
  }

  /** Whether nothing is left to compute. */
  boolean isDone() {
    return finishReason != null && !lacksDescription();
  }

  /** Takes the logits by which the model would have chosen the next token of the prompt. */
  void describe(Logits logits, int row, SamplerScratch scratch) {
    Integer alternatives = sampling.logprobs();
    if (alternatives != null) {
      described.add(
          TokenSampler.describe(tokens[cached], logits, logits.offset(row), alternatives, scratch));
    }
  }

  Generation generation() {
    return generation;
  }

  /** Which of the request's sequences it is. */
  int number() {
    return number;
  }

  /** Prompt and text; valid up to {@link #length()}. */
  int[] tokens() {
    return tokens;
  }

  int length() {
    return length;
  }

  int promptLength() {
    return promptLength;
  }

  /** How many of its tokens are in the cache of its slot. */
  int cached() {
    return cached;
  }

  /** So many more tokens are in the cache. */
  void computed(int count) {
    cached += count;
  }

  /** How many tokens are to be computed before the next can be chosen; at least 1. */
  int remaining() {
    return length - cached;
  }

  /** What was generated, in this life and before. */
  List<GeneratedToken> generated() {
    return Collections.unmodifiableList(generated);
  }

  /** Null while it goes on. */
  @Nullable FinishReason finishReason() {
    return finishReason;
  }

  /** What has been generated so far, without stop sequence. */
  SequenceText text() {
    return text;
  }

  /** What is known of the tokens of the prompt but the first. */
  List<GeneratedToken> described() {
    return Collections.unmodifiableList(described);
  }
}

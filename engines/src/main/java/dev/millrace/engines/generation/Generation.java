package dev.millrace.engines.generation;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Work;
import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.Usage;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request while its sequences are generated, and who hears of it. */
final class Generation {
  private final EngineRequest request;
  private final Work.Generation work;
  private final GenerationListener listener;
  private final long startedAt;
  private final @Nullable Choice[] choices;
  private int unfinished;
  private int generatedTokens;
  private int reusedTokens;

  /** When the first token of all came, and when the last did, nanoseconds. */
  private long firstTokenAt;

  private long lastTokenAt;

  /** How many tokens this life has generated. */
  private int newTokens;

  private boolean ended;

  /**
   * @param startedAt nanoseconds, of the clock that measures its tokens
   */
  Generation(
      EngineRequest request, Work.Generation work, GenerationListener listener, long startedAt) {
    this.request = request;
    this.work = work;
    this.listener = listener;
    this.startedAt = startedAt;
    this.choices = new Choice[work.sequences()];
    this.unfinished = choices.length;
    for (int sequence = 0; sequence < choices.length; sequence++) {
      generatedTokens += request.generated(sequence).size();
    }
  }

  EngineRequest request() {
    return request;
  }

  Work.Generation work() {
    return work;
  }

  /** Tells of a token. */
  void generated(Progress progress, long now) {
    if (newTokens == 0) {
      firstTokenAt = now;
    }
    lastTokenAt = now;
    newTokens++;
    generatedTokens++;
    listener.progress(request.id(), progress);
  }

  /** So many tokens of a prompt were found in the cache of another sequence. */
  void reused(int tokens) {
    reusedTokens += tokens;
  }

  /** One of its sequences has ended; with the last of them it is done. */
  void finished(Choice choice) {
    choices[choice.index()] = choice;
    unfinished--;
    listener.sequenceEnded();
    if (unfinished == 0) {
      end(
          new Outcome.Generated(
              Arrays.stream(choices).map(Objects::requireNonNull).toList(), usage(), times()));
    }
  }

  /** It ends without a result. */
  void failed(String message) {
    end(new Outcome.Failed(message));
  }

  /** It was stopped. */
  void cancelled() {
    end(new Outcome.Cancelled(usage()));
  }

  private void end(Outcome outcome) {
    if (!ended) {
      ended = true;
      for (; unfinished > 0; unfinished--) {
        listener.sequenceEnded();
      }
      listener.done(request.id(), outcome);
    }
  }

  /** Whether its listener has heard its end. */
  boolean hasEnded() {
    return ended;
  }

  private Usage usage() {
    return new Usage(work.promptTokens(), generatedTokens);
  }

  private Outcome.GenerationTimes times() {
    if (newTokens == 0) {
      return new Outcome.GenerationTimes(0, 0, reusedTokens);
    }
    // Sequences of one request are generated side by side, so each made its share in the time.
    long perSequence = Math.max(1, newTokens / choices.length);
    long perToken = perSequence == 1 ? 0 : (lastTokenAt - firstTokenAt) / (perSequence - 1);
    return new Outcome.GenerationTimes(firstTokenAt - startedAt, perToken, reusedTokens);
  }
}

package dev.millrace.engines;

import dev.millrace.protocol.CompletionResult.Choice;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.Usage;
import java.util.List;

/** How the work of an engine ended. */
public sealed interface Outcome {
  /** All outputs of the model, in the order of its signature, holding only this request's rows. */
  record Scored(List<Tensor> outputs) implements Outcome {
    public Scored {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * All texts, one for each sequence.
   *
   * @param choices in the order of the sequences
   */
  record Generated(List<Choice> choices, Usage usage, GenerationTimes times) implements Outcome {
    public Generated {
      choices = List.copyOf(choices);
    }
  }

  /**
   * How long generating took, since the engine was given the request; what a former life did is not
   * in it.
   *
   * @param firstTokenNanos until the first token; 0 when there was none
   * @param nanosPerToken of the tokens after the first of each sequence; 0 when there was none
   * @param reusedTokens of the prompts that were found in the cache of another sequence
   */
  record GenerationTimes(long firstTokenNanos, long nanosPerToken, int reusedTokens) {}

  /** The engine could not do it, whichever others were with it; the message is the engine's. */
  record Failed(String message) implements Outcome {}

  /**
   * It was stopped before it was done.
   *
   * @param usage the tokens until then; those of former lives count
   */
  record Cancelled(Usage usage) implements Outcome {
    /** Before anything was generated. */
    public Cancelled() {
      this(new Usage(0, 0));
    }
  }
}

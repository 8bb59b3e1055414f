package dev.millrace.engines;

import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.Tensor;
import java.util.List;

/** What a request asks of an engine. */
public sealed interface Work {
  /**
   * To score tensors.
   *
   * @param inputs those that are sent, in the order of the model's signature, already checked
   *     against it
   */
  record Scoring(List<Tensor> inputs) implements Work {
    public Scoring {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * To continue texts. Each prompt is continued {@link Sampling#choices} times, and each time is a
   * sequence of its own, numbered by prompt and then by choice.
   *
   * @param prompts at least one, none empty, each with {@link Sampling#maxTokens} behind it within
   *     the model's context
   * @param seed of the random numbers; the seed in {@code sampling} is not looked at
   * @param stream whether the text is wanted piece by piece, too
   */
  record Generation(List<Tokens> prompts, Sampling sampling, long seed, boolean stream)
      implements Work {
    public Generation {
      prompts = List.copyOf(prompts);
    }

    /** How many texts are asked for. */
    public int sequences() {
      return prompts.size() * sampling.choices();
    }

    /** What a sequence continues. */
    public Tokens promptOf(int sequence) {
      return prompts.get(sequence / sampling.choices());
    }

    /** How many tokens all prompts have together. */
    public int promptTokens() {
      return prompts.stream().mapToInt(Tokens::size).sum();
    }
  }
}

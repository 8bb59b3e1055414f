package dev.millrace.engines;

import java.util.List;

/**
 * A token that a model has generated.
 *
 * @param logprob the natural logarithm of its probability by the model, before any sampling option;
 *     NaN when nobody asked
 * @param alternatives the most probable ones in its place, most probable first; none when nobody
 *     asked
 */
public record GeneratedToken(int id, float logprob, List<Alternative> alternatives) {
  public GeneratedToken {
    alternatives = List.copyOf(alternatives);
  }

  /** A token that nobody asked the probability of. */
  public GeneratedToken(int id) {
    this(id, Float.NaN, List.of());
  }

  /** A token that might have been chosen, and the logarithm of its probability. */
  public record Alternative(int id, float logprob) {}
}

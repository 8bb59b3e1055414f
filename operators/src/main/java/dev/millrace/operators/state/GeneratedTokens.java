package dev.millrace.operators.state;

import dev.millrace.engines.GeneratedToken;
import java.util.List;

/**
 * What a request has generated.
 *
 * @param bySequence the tokens of each of its sequences
 */
public record GeneratedTokens(List<List<GeneratedToken>> bySequence) {
  public GeneratedTokens {
    bySequence = bySequence.stream().map(List::copyOf).toList();
  }
}

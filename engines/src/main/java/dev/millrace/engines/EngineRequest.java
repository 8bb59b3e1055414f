package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * A request as an engine sees it.
 *
 * @param id the caller's name for it
 * @param generated the tokens that a former life has generated, by sequence: the engine goes on
 *     behind them. Empty when there are none, as for all but {@link Work.Generation}
 */
public record EngineRequest(long id, Work work, List<List<GeneratedToken>> generated) {
  public EngineRequest {
    generated = generated.stream().map(List::copyOf).toList();
  }

  /** A request that begins. */
  public EngineRequest(long id, Work work) {
    this(id, work, List.of());
  }

  /** A request to score tensors. */
  public EngineRequest(long id, List<Tensor> inputs) {
    this(id, new Work.Scoring(inputs));
  }

  /**
   * The tensors to score.
   *
   * @throws IllegalStateException when it asks for something else
   */
  public List<Tensor> inputs() {
    if (work instanceof Work.Scoring scoring) {
      return scoring.inputs();
    }
    throw new IllegalStateException("request %d is no tensors".formatted(id));
  }

  /** What a former life has generated for a sequence. */
  public List<GeneratedToken> generated(int sequence) {
    return generated.isEmpty() ? List.of() : generated.get(sequence);
  }
}

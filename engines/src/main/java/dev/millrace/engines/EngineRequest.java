package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * A request as an engine sees it.
 *
 * @param id the caller's name for it
 * @param inputs those that are sent, in the order of the model's signature, already checked against
 *     it
 */
public record EngineRequest(long id, List<Tensor> inputs) {
  public EngineRequest {
    inputs = List.copyOf(inputs);
  }
}

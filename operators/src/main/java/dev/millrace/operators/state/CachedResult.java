package dev.millrace.operators.state;

import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * A result that answers more than one request.
 *
 * @param outputs all outputs of the model
 * @param expiresAt epoch milliseconds
 */
public record CachedResult(List<Tensor> outputs, long expiresAt) {
  public CachedResult {
    outputs = List.copyOf(outputs);
  }
}

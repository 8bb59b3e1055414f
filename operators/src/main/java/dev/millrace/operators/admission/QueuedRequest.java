package dev.millrace.operators.admission;

import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * A request that may be scored: what waits in keyed state.
 *
 * @param priority the resolved level; 1 is soonest
 * @param rows how many rows of a batch it takes
 * @param inputs in the order of the model's signature, checked against it
 * @param outputs the names of the outputs wanted; empty for all
 */
public record QueuedRequest(
    Envelope envelope,
    ModelVersion model,
    int priority,
    int rows,
    List<Tensor> inputs,
    List<String> outputs) {
  public QueuedRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}

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
 * @param length how long each row is where a model's rows vary in length, in the model's own
 *     positions (tokens, samples); 0 where they do not
 * @param inputs in the order of the model's signature, checked against it
 * @param outputs the names of the outputs wanted; empty for all
 */
public record QueuedRequest(
    Envelope envelope,
    ModelVersion model,
    int priority,
    int rows,
    int length,
    List<Tensor> inputs,
    List<String> outputs) {
  public QueuedRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}

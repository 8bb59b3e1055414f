package dev.millrace.operators.admission;

import dev.millrace.engines.Work;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ModelVersion;
import java.util.List;

/**
 * A request that may be given to an engine: what waits in keyed state.
 *
 * @param priority the resolved level; 1 is soonest
 * @param rows how many rows of a batch it takes, or how many texts it asks for
 * @param length how long each row is where a model's rows vary in length, in the model's own
 *     positions (tokens, samples); of a text, the tokens of the longest prompt with what may follow
 *     it; 0 where lengths do not vary
 * @param work checked against the model
 * @param outputs the names of the outputs wanted; empty for all
 */
public record QueuedRequest(
    Envelope envelope,
    ModelVersion model,
    int priority,
    int rows,
    int length,
    Work work,
    List<String> outputs) {
  public QueuedRequest {
    outputs = List.copyOf(outputs);
  }
}

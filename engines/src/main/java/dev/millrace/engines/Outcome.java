package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.util.List;

/** How scoring ended. */
public sealed interface Outcome {
  /** All outputs of the model, in the order of its signature, holding only this request's rows. */
  record Scored(List<Tensor> outputs) implements Outcome {
    public Scored {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * The engine could not score this request, whichever others were with it; the message is the
   * engine's.
   */
  record Failed(String message) implements Outcome {}

  /** It was stopped before it was scored. */
  record Cancelled() implements Outcome {}
}

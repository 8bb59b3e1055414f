package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.util.List;

/** Whether the inputs of a request are what a model takes. */
public sealed interface InputCheck {
  /**
   * They are.
   *
   * @param inputs in the order of the model's signature
   * @param rows how many rows of a batch they take
   */
  record Accepted(List<Tensor> inputs, int rows) implements InputCheck {
    public Accepted {
      inputs = List.copyOf(inputs);
    }
  }

  /** They are not; the message names the tensor, what was expected and what was found. */
  record Refused(String message) implements InputCheck {}
}

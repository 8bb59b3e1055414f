package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.util.List;

/** Whether the inputs of a request are what a model takes. */
public sealed interface InputCheck {
  /**
   * They are.
   *
   * @param inputs those that are sent, in the order of the model's signature
   * @param rows how many rows of a batch they take
   * @param length how long each row is before it is padded to the longest of its batch, at least 1;
   *     0 where the model pads nothing
   */
  record Accepted(List<Tensor> inputs, int rows, int length) implements InputCheck {
    public Accepted {
      inputs = List.copyOf(inputs);
    }

    /** For a model that pads nothing. */
    public Accepted(List<Tensor> inputs, int rows) {
      this(inputs, rows, 0);
    }
  }

  /** They are not; the message names the tensor, what was expected and what was found. */
  record Refused(String message) implements InputCheck {}
}

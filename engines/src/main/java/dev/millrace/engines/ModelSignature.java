package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * The declared inputs and outputs of a model. A model that declares no inputs (a directory made for
 * DJL Serving) takes whatever comes, in the order in which it comes, one request at a time.
 *
 * <p>The padded inputs of a request have one length, and an output with a dimension of -1 after the
 * rows has that length too: padding shows in no answer.
 *
 * @param inputs in the order in which the model takes them, masks among them
 * @param maximumLength how long padded inputs may be; {@link #UNBOUNDED} when it does not matter
 */
public record ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs, int maximumLength)
    implements Serializable {
  /** A length that no input has. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /**
   * @throws IllegalArgumentException when inputs are padded or masks in a way that cannot be
   *     scored; the message says what to declare
   */
  public ModelSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (maximumLength < 1) {
      throw new IllegalArgumentException("inputs of at most length " + maximumLength);
    }
    if (inputs.stream().anyMatch(TensorSpec::padded)) {
      requirePaddable(inputs, outputs);
    } else {
      for (TensorSpec input : inputs) {
        if (!input.sent()) {
          throw new IllegalArgumentException(
              "'%s' is a mask, but no input has a pad_value".formatted(input.name()));
        }
      }
    }
  }

  /** Of inputs of any length. */
  public ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    this(inputs, outputs, UNBOUNDED);
  }

  private static void requirePaddable(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    for (TensorSpec input : inputs) {
      if (!input.batchable()) {
        throw new IllegalArgumentException(
            "inputs are padded, so all have -1 rows, but '%s' has shape %s"
                .formatted(input.name(), input.shape()));
      }
    }
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "inputs are padded, so the outputs must be declared to be cut back");
    }
    for (TensorSpec output : outputs) {
      if (output.varyingDimensions() > 1) {
        throw new IllegalArgumentException(
            "inputs are padded, so an output has at most one -1 after the rows, but '%s' has shape %s"
                .formatted(output.name(), output.shape()));
      }
    }
  }

  /** Whether several requests can be scored as the rows of one batch. */
  public boolean batchable() {
    for (TensorSpec input : inputs) {
      if (!input.batchable()) {
        return false;
      }
    }
    return !inputs.isEmpty();
  }

  /** Whether requests of different lengths are padded to be scored together. */
  public boolean padded() {
    return inputs.stream().anyMatch(TensorSpec::padded);
  }

  /** The inputs that clients send, in the order in which the model takes them. */
  public List<TensorSpec> sentInputs() {
    return inputs.stream().filter(TensorSpec::sent).toList();
  }

  /**
   * Checks the inputs of a request.
   *
   * @param maximumRows the most rows that the model scores together
   */
  public InputCheck check(List<Tensor> given, int maximumRows) {
    return new InputChecker(this, maximumRows).check(given);
  }

  /** What is wrong with the names of the outputs that a request wants; empty when nothing is. */
  public Optional<String> checkOutputs(List<String> wanted) {
    if (outputs.isEmpty()) {
      return Optional.empty();
    }
    for (String name : wanted) {
      if (!gives(name)) {
        return Optional.of(
            "output '%s' is unknown: the model gives %s".formatted(name, names(outputs)));
      }
    }
    return Optional.empty();
  }

  private boolean gives(String name) {
    for (TensorSpec output : outputs) {
      if (output.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** Names, as messages list them. */
  static String names(List<TensorSpec> tensors) {
    return String.join(", ", tensors.stream().map(tensor -> "'" + tensor.name() + "'").toList());
  }
}

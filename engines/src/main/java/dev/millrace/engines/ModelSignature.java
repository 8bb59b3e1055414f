package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The declared inputs and outputs of a model. A model that declares no inputs (a directory made for
 * DJL Serving) takes whatever comes, in the order in which it comes, one request at a time.
 */
public record ModelSignature(List<TensorSpec> inputs, List<TensorSpec> outputs)
    implements Serializable {
  public ModelSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Whether several requests can be scored as the rows of one batch. */
  public boolean batchable() {
    return !inputs.isEmpty() && inputs.stream().allMatch(TensorSpec::batchable);
  }

  /**
   * Checks the inputs of a request.
   *
   * @param maximumRows the most rows that the model scores together
   */
  public InputCheck check(List<Tensor> given, int maximumRows) {
    if (inputs.isEmpty()) {
      return new InputCheck.Accepted(given, 1);
    }
    Map<String, Tensor> byName = new LinkedHashMap<>();
    for (Tensor tensor : given) {
      byName.put(tensor.name(), tensor);
    }
    List<Tensor> ordered = new ArrayList<>(inputs.size());
    for (TensorSpec declared : inputs) {
      Tensor tensor = byName.remove(declared.name());
      if (tensor == null) {
        return refused(
            "input '%s' is missing: the model takes %s".formatted(declared.name(), names(inputs)));
      }
      if (!declared.matches(tensor)) {
        return refused(
            "input '%s': expected %s, found %s"
                .formatted(declared.name(), declared.description(), TensorSpec.describe(tensor)));
      }
      ordered.add(tensor);
    }
    if (!byName.isEmpty()) {
      return refused(
          "input '%s' is unknown: the model takes %s"
              .formatted(byName.keySet().iterator().next(), names(inputs)));
    }
    return batchable() ? checkRows(ordered, maximumRows) : new InputCheck.Accepted(ordered, 1);
  }

  private static InputCheck checkRows(List<Tensor> inputs, int maximumRows) {
    Tensor first = inputs.get(0);
    long rows = first.shape()[0];
    if (rows < 1) {
      return refused("input '%s' has no rows".formatted(first.name()));
    }
    if (rows > maximumRows) {
      return refused(
          "input '%s' has %d rows, and at most %d are scored together: split the request"
              .formatted(first.name(), rows, maximumRows));
    }
    for (Tensor input : inputs) {
      if (input.shape()[0] != rows) {
        return refused(
            "input '%s' has %d rows, but input '%s' has %d"
                .formatted(input.name(), input.shape()[0], first.name(), rows));
      }
    }
    return new InputCheck.Accepted(inputs, (int) rows);
  }

  /** What is wrong with the names of the outputs that a request wants; empty when nothing is. */
  public Optional<String> checkOutputs(List<String> wanted) {
    if (outputs.isEmpty()) {
      return Optional.empty();
    }
    return wanted.stream()
        .filter(name -> outputs.stream().noneMatch(output -> output.name().equals(name)))
        .findFirst()
        .map(name -> "output '%s' is unknown: the model gives %s".formatted(name, names(outputs)));
  }

  private static InputCheck refused(String message) {
    return new InputCheck.Refused(message);
  }

  private static String names(List<TensorSpec> tensors) {
    return String.join(", ", tensors.stream().map(tensor -> "'" + tensor.name() + "'").toList());
  }
}

package dev.millrace.engines;

import dev.millrace.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the inputs of a request against what a model takes. */
final class InputChecker {
  private final ModelSignature signature;
  private final int maximumRows;

  /**
   * @param maximumRows the most rows that the model scores together
   */
  InputChecker(ModelSignature signature, int maximumRows) {
    this.signature = signature;
    this.maximumRows = maximumRows;
  }

  InputCheck check(List<Tensor> given) {
    if (signature.inputs().isEmpty()) {
      return new InputCheck.Accepted(given, 1);
    }
    List<Tensor> ordered = new ArrayList<>(signature.inputs().size());
    for (TensorSpec declared : signature.inputs()) {
      if (declared.sent()) {
        Tensor tensor = find(declared.name(), given);
        if (tensor == null) {
          return refused(
              "input '%s' is missing: the model takes %s".formatted(declared.name(), takes()));
        }
        if (!declared.matches(tensor)) {
          return refused(
              "input '%s': expected %s, found %s"
                  .formatted(declared.name(), declared.description(), TensorSpec.describe(tensor)));
        }
        ordered.add(tensor);
      }
    }
    if (ordered.size() < given.size()) {
      return refuseUnknown(given);
    }
    return signature.batchable() ? checkRows(ordered) : new InputCheck.Accepted(ordered, 1);
  }

  private static @Nullable Tensor find(String name, List<Tensor> given) {
    for (Tensor tensor : given) {
      if (tensor.name().equals(name)) {
        return tensor;
      }
    }
    return null;
  }

  private InputCheck refuseUnknown(List<Tensor> given) {
    for (Tensor tensor : given) {
      TensorSpec declared = declaration(tensor.name());
      if (declared == null) {
        return refused(
            "input '%s' is unknown: the model takes %s".formatted(tensor.name(), takes()));
      }
      if (!declared.sent()) {
        return refused(
            "input '%s' is unknown: it is filled in by the engine; the model takes %s"
                .formatted(tensor.name(), takes()));
      }
    }
    return refused("an input comes twice: the model takes " + takes());
  }

  private @Nullable TensorSpec declaration(String name) {
    for (TensorSpec declared : signature.inputs()) {
      if (declared.name().equals(name)) {
        return declared;
      }
    }
    return null;
  }

  private String takes() {
    return ModelSignature.names(signature.sentInputs());
  }

  private InputCheck checkRows(List<Tensor> sent) {
    Tensor first = sent.get(0);
    long rows = first.shape()[0];
    if (rows < 1) {
      return refused("input '%s' has no rows".formatted(first.name()));
    }
    if (rows > maximumRows) {
      return refused(
          "input '%s' has %d rows, and at most %d are scored together: split the request"
              .formatted(first.name(), rows, maximumRows));
    }
    for (Tensor input : sent) {
      if (input.shape()[0] != rows) {
        return refused(
            "input '%s' has %d rows, but input '%s' has %d"
                .formatted(input.name(), input.shape()[0], first.name(), rows));
      }
    }
    return checkLengths(sent, (int) rows);
  }

  private InputCheck checkLengths(List<Tensor> sent, int rows) {
    Tensor first = null;
    long length = 0;
    int place = 0;
    for (TensorSpec declared : signature.inputs()) {
      if (declared.padded()) {
        Tensor input = sent.get(place);
        long found = input.shape()[declared.lengthDimension()];
        if (found < 1 || found > signature.maximumLength()) {
          return refused(wrongLength(input.name(), found));
        }
        if (first != null && found != length) {
          return refused(
              "input '%s' has length %d, but input '%s' has %d: the padded inputs of a request have one length"
                  .formatted(input.name(), found, first.name(), length));
        }
        first = input;
        length = found;
      }
      place += declared.sent() ? 1 : 0;
    }
    return new InputCheck.Accepted(sent, rows, (int) length);
  }

  private String wrongLength(String input, long length) {
    return length < 1
        ? "input '%s' has length 0".formatted(input)
        : "input '%s' has length %d, and at most %d is accepted"
            .formatted(input, length, signature.maximumLength());
  }

  private static InputCheck refused(String message) {
    return new InputCheck.Refused(message);
  }
}

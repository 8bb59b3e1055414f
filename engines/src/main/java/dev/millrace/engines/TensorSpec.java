package dev.millrace.engines;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param shape the dimensions, -1 for those that vary. A first dimension of -1 is the rows of a
 *     batch.
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape) implements Serializable {
  /** A dimension that varies. */
  public static final long ANY = -1;

  public TensorSpec {
    shape = List.copyOf(shape);
    for (long dimension : shape) {
      if (dimension < ANY || dimension == 0) {
        throw new IllegalArgumentException(
            "tensor '%s': dimension %d of shape %s is neither positive nor -1"
                .formatted(name, dimension, shape));
      }
    }
  }

  /** Whether the first dimension is the rows of a batch. */
  public boolean batchable() {
    return !shape.isEmpty() && shape.get(0) == ANY;
  }

  /** Whether a tensor has the datatype and a shape that are declared here. */
  public boolean matches(Tensor tensor) {
    if (tensor.datatype() != datatype || tensor.shape().length != shape.size()) {
      return false;
    }
    for (int dimension = 0; dimension < shape.size(); dimension++) {
      long declared = shape.get(dimension);
      if (declared != ANY && declared != tensor.shape()[dimension]) {
        return false;
      }
    }
    return true;
  }

  /** Datatype and shape, as messages have them. */
  String description() {
    return datatype + " of shape " + shape;
  }

  /** Datatype and shape of a tensor, as messages have them. */
  static String describe(Tensor tensor) {
    return tensor.datatype() + " of shape " + Arrays.toString(tensor.shape());
  }
}

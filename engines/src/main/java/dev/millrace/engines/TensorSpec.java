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
 * @param role how an input comes into a batch; of no meaning for outputs
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape, InputRole role)
    implements Serializable {
  /** A dimension that varies. */
  public static final long ANY = -1;

  /** What {@link #lengthDimension} is where there is none: the place of the rows. */
  public static final int NO_LENGTH = 0;

  public TensorSpec {
    shape = List.copyOf(shape);
    for (long dimension : shape) {
      if (dimension < ANY || dimension == 0) {
        throw new IllegalArgumentException(
            "tensor '%s': dimension %d of shape %s is neither positive nor -1"
                .formatted(name, dimension, shape));
      }
    }
    if (datatype == Datatype.BYTES && !(role instanceof InputRole.AsSent)) {
      throw new IllegalArgumentException("BYTES can be neither padded nor a mask");
    }
    if (role instanceof InputRole.Padded
        && (shape.isEmpty() || shape.get(0) != ANY || varying(shape) != 1)) {
      throw new IllegalArgumentException(
          "what is padded has -1 rows and one more dimension of -1, not shape " + shape);
    }
    if (role instanceof InputRole.Mask && !shape.equals(List.of(ANY, ANY))) {
      throw new IllegalArgumentException("a mask has shape [-1, -1], not " + shape);
    }
  }

  /** An input as it is sent, or an output. */
  public TensorSpec(String name, Datatype datatype, List<Long> shape) {
    this(name, datatype, shape, new InputRole.AsSent());
  }

  /** Whether the first dimension is the rows of a batch. */
  public boolean batchable() {
    return !shape.isEmpty() && shape.get(0) == ANY;
  }

  /** Whether clients send this input. */
  public boolean sent() {
    return !(role instanceof InputRole.Mask);
  }

  /** Whether this input is padded. */
  public boolean padded() {
    return role instanceof InputRole.Padded;
  }

  /**
   * The place of the first dimension after the rows that varies; {@link #NO_LENGTH} when none does.
   */
  public int lengthDimension() {
    for (int dimension = 1; dimension < shape.size(); dimension++) {
      if (shape.get(dimension) == ANY) {
        return dimension;
      }
    }
    return NO_LENGTH;
  }

  /** How many dimensions after the rows vary. */
  int varyingDimensions() {
    return varying(shape);
  }

  private static int varying(List<Long> shape) {
    return (int) shape.stream().skip(1).filter(dimension -> dimension == ANY).count();
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

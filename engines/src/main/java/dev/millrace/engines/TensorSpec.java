package dev.millrace.engines;

import dev.millrace.protocol.Datatype;
import java.io.Serializable;
import java.util.List;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param shape the dimensions, -1 for those that vary. A first dimension of -1 is the rows of a
 *     batch.
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape) implements Serializable {
  public TensorSpec {
    shape = List.copyOf(shape);
  }
}

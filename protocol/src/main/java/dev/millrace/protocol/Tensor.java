package dev.millrace.protocol;

import java.util.Arrays;
import java.util.Objects;

/**
 * A named, typed, dense array in row-major order.
 *
 * @param name the input or output it is
 * @param datatype the type of its elements
 * @param shape its dimensions, the first being the rows of a batch where the model batches
 * @param data its elements, little-endian without padding: the protocol's raw tensor contents.
 *     {@link Datatype#BYTES} elements carry a 4-byte little-endian length before each.
 */
public record Tensor(String name, Datatype datatype, long[] shape, byte[] data) {

  /**
   * @throws IllegalArgumentException when the data does not hold as many elements as the shape says
   * @throws ArithmeticException when the shape overflows
   */
  public Tensor {
    Objects.requireNonNull(name, "name");
    long elements = Shape.elements(shape);
    if (datatype != Datatype.BYTES
        && Math.multiplyExact(elements, datatype.size()) != data.length) {
      throw new IllegalArgumentException(
          "tensor '%s': %d bytes of data do not make %s of shape %s"
              .formatted(name, data.length, datatype, Arrays.toString(shape)));
    }
  }

  /** The number of elements. */
  public long elements() {
    return Shape.elements(shape);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && name.equals(that.name)
        && datatype == that.datatype
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, datatype, Arrays.hashCode(shape), Arrays.hashCode(data));
  }

  @Override
  public String toString() {
    return "Tensor[%s %s %s, %d bytes]"
        .formatted(name, datatype, Arrays.toString(shape), data.length);
  }
}

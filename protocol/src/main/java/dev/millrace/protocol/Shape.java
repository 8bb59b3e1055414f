package dev.millrace.protocol;

/** The arithmetic of tensor shapes. */
public final class Shape {
  private Shape() {}

  /**
   * The number of elements of a tensor of this shape; 1 for a scalar's empty shape.
   *
   * @throws IllegalArgumentException when a dimension is negative
   * @throws ArithmeticException when the product overflows a long
   */
  public static long elements(long[] shape) {
    long elements = 1;
    boolean empty = false;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException("dimension " + dimension + " is negative");
      }
      // A zero anywhere makes the tensor empty, but the other dimensions still have to be sane.
      empty |= dimension == 0;
      elements = Math.multiplyExact(elements, Math.max(1, dimension));
    }
    return empty ? 0 : elements;
  }
}

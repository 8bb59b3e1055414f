package dev.millrace.protocol.codec;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks what the tensors of one request say of themselves, each and all together. */
public final class TensorDeclarations {
  /** The most dimensions of a tensor: more than any engine takes. */
  public static final int MAXIMUM_RANK = 64;

  private static final Map<String, Datatype> DATATYPES =
      Arrays.stream(Datatype.values()).collect(Collectors.toMap(Datatype::name, type -> type));

  private final long maximumElements;
  private final Set<String> names = new HashSet<>();
  private long elements;

  /**
   * @param maximumElements of all tensors together
   */
  public TensorDeclarations(long maximumElements) {
    this.maximumElements = maximumElements;
  }

  /**
   * Takes one more tensor.
   *
   * @param name null or empty where it is missing
   * @param datatype null or empty where it is missing
   * @param shape null where it is missing
   * @throws InvalidRequestException when something is missing or wrong, the name was there before,
   *     or the tensors together have too many elements
   */
  public TensorDeclaration declare(
      @Nullable String name, @Nullable String datatype, long @Nullable [] shape)
      throws InvalidRequestException {
    if (name == null || name.isEmpty()) {
      throw InvalidRequestException.tensor("name is missing");
    }
    if (datatype == null || datatype.isEmpty()) {
      throw InvalidRequestException.tensor("datatype is missing");
    }
    if (shape == null) {
      throw InvalidRequestException.tensor("shape is missing");
    }
    if (!names.add(name)) {
      throw InvalidRequestException.tensor("name is not unique");
    }
    return new TensorDeclaration(name, known(datatype), shape, count(shape));
  }

  private static Datatype known(String name) throws InvalidRequestException {
    Datatype datatype = DATATYPES.get(name);
    if (datatype == null) {
      throw InvalidRequestException.tensor(
          "datatype %s is not one of %s"
              .formatted(Excerpt.quoted(name), Arrays.toString(Datatype.values())));
    }
    return datatype;
  }

  private long count(long[] shape) throws InvalidRequestException {
    if (shape.length > MAXIMUM_RANK) {
      throw InvalidRequestException.tensor(
          "shape has %d dimensions, at most %d are allowed".formatted(shape.length, MAXIMUM_RANK));
    }
    long count;
    try {
      count = Shape.elements(shape);
      elements = Math.addExact(elements, count);
    } catch (IllegalArgumentException negative) {
      throw InvalidRequestException.tensor(
          "shape %s: %s".formatted(Arrays.toString(shape), negative.getMessage()));
    } catch (ArithmeticException overflow) {
      throw InvalidRequestException.tensor(
          "shape %s: the number of elements overflows".formatted(Arrays.toString(shape)));
    }
    if (elements > maximumElements) {
      throw InvalidRequestException.tensor(
          "shape %s brings the request to %d elements, at most %d are allowed"
              .formatted(Arrays.toString(shape), elements, maximumElements));
    }
    return count;
  }
}

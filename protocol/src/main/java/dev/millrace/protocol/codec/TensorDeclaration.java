package dev.millrace.protocol.codec;

import dev.millrace.protocol.Datatype;
import java.util.Arrays;

/**
 * What a tensor says of itself, checked.
 *
 * @param shape its dimensions, none negative
 * @param elements the product of its dimensions, within the request's limit
 */
public record TensorDeclaration(String name, Datatype datatype, long[] shape, long elements) {
  /** The fault of a tensor whose data holds another number of elements than this. */
  public InvalidRequestException mismatch(long found) {
    return InvalidRequestException.tensor(
        "shape %s takes %d elements, found %d".formatted(Arrays.toString(shape), elements, found));
  }
}

package dev.millrace.protocol.codec;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Checks data that came as bytes. */
public final class RawContents {
  private RawContents() {}

  /**
   * The tensor that was declared with the data that came for it.
   *
   * @throws InvalidRequestException when the data is not what was declared
   */
  public static Tensor check(TensorDeclaration declaration, byte[] data)
      throws InvalidRequestException {
    switch (declaration.datatype()) {
      case BYTES -> checkBytes(declaration, data);
      case BOOL -> {
        checkLength(declaration, data);
        checkBooleans(data);
      }
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64 ->
          checkLength(declaration, data);
    }
    return new Tensor(declaration.name(), declaration.datatype(), declaration.shape(), data);
  }

  private static void checkLength(TensorDeclaration declaration, byte[] data)
      throws InvalidRequestException {
    Datatype datatype = declaration.datatype();
    // Compared as a quotient, since the product may overflow.
    if (data.length % datatype.size() != 0
        || data.length / datatype.size() != declaration.elements()) {
      throw InvalidRequestException.tensor(
          "%s of shape %s takes %d elements of %d bytes, found %d bytes"
              .formatted(
                  datatype,
                  Arrays.toString(declaration.shape()),
                  declaration.elements(),
                  datatype.size(),
                  data.length));
    }
  }

  /** Native code may treat a boolean of another value as neither true nor false. */
  private static void checkBooleans(byte[] data) throws InvalidRequestException {
    for (int i = 0; i < data.length; i++) {
      if (data[i] != 0 && data[i] != 1) {
        throw InvalidRequestException.tensor(
            "element %d: expected BOOL (0 or 1), found %d".formatted(i, data[i] & 0xff));
      }
    }
  }

  private static void checkBytes(TensorDeclaration declaration, byte[] data)
      throws InvalidRequestException {
    ByteBuffer rest = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    long elements = 0;
    for (; rest.hasRemaining(); elements++) {
      if (rest.remaining() < Integer.BYTES) {
        throw InvalidRequestException.tensor(
            "element %d: expected a length of 4 bytes, found %d bytes"
                .formatted(elements, rest.remaining()));
      }
      int length = rest.getInt();
      if (length < 0 || length > rest.remaining()) {
        throw InvalidRequestException.tensor(
            "element %d: expected %d bytes, found %d"
                .formatted(elements, Integer.toUnsignedLong(length), rest.remaining()));
      }
      rest.position(rest.position() + length);
    }
    if (elements != declaration.elements()) {
      throw declaration.mismatch(elements);
    }
  }
}

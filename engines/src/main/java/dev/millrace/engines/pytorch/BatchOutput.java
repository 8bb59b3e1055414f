package dev.millrace.engines.pytorch;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An output of a batch in libtorch's memory.
 *
 * @param contents all of it, of use until the batch's manager is closed
 */
record BatchOutput(String name, Datatype datatype, long[] shape, ByteBuffer contents) {
  /** A copy of all of it. */
  Tensor copy() {
    byte[] data = new byte[contents.remaining()];
    contents.get(data);
    return new Tensor(name, datatype, shape, data);
  }

  @Override
  public String toString() {
    return "output '%s' has shape %s".formatted(name, Arrays.toString(shape));
  }
}

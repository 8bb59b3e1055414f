package dev.millrace.engines.pytorch;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Takes an output of a batch apart, some rows at a time. */
final class RowSplitter {
  private final String name;
  private final Datatype datatype;
  private final long[] shape;
  private final ByteBuffer contents;
  private final int rowBytes;

  /**
   * @param rows how many rows were scored
   * @throws IllegalArgumentException when the output has another number of them
   */
  RowSplitter(String name, Datatype datatype, long[] shape, ByteBuffer contents, int rows) {
    if (shape.length == 0 || shape[0] != rows) {
      throw new IllegalArgumentException(
          "output '%s' has shape %s for a batch of %d rows; its first dimension must be the rows"
              .formatted(name, Arrays.toString(shape), rows));
    }
    this.name = name;
    this.datatype = datatype;
    this.shape = shape;
    this.contents = contents;
    this.rowBytes = contents.remaining() / rows;
  }

  /** The next rows. */
  Tensor next(int rows) {
    long[] taken = shape.clone();
    taken[0] = rows;
    byte[] data = new byte[rows * rowBytes];
    contents.get(data);
    return new Tensor(name, datatype, taken, data);
  }
}

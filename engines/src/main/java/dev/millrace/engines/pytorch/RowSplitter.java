package dev.millrace.engines.pytorch;

import dev.millrace.protocol.Tensor;
import java.util.Arrays;

/** Takes an output of a batch apart, some rows at a time. */
final class RowSplitter {
  private final Tensor whole;
  private final int rowBytes;
  private int offset;

  /**
   * @param rows how many rows were scored
   * @throws IllegalArgumentException when the output has another number of them
   */
  RowSplitter(Tensor whole, long rows) {
    if (whole.shape().length == 0 || whole.shape()[0] != rows) {
      throw new IllegalArgumentException(
          "output '%s' has shape %s for a batch of %d rows; its first dimension must be the rows"
              .formatted(whole.name(), Arrays.toString(whole.shape()), rows));
    }
    this.whole = whole;
    this.rowBytes = Math.toIntExact(whole.data().length / rows);
  }

  /** The next rows. */
  Tensor next(int rows) {
    long[] shape = whole.shape().clone();
    shape[0] = rows;
    int end = offset + rows * rowBytes;
    byte[] data = Arrays.copyOfRange(whole.data(), offset, end);
    offset = end;
    return new Tensor(whole.name(), whole.datatype(), shape, data);
  }
}

package dev.millrace.engines.pytorch;

import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;

/** Takes an output of a batch apart, one request at a time. */
final class RowSplitter {
  private final BatchOutput whole;
  private final ByteBuffer contents;
  private final int rowBytes;
  private final int lengthDimension;

  /** How often the length comes in a row: the dimensions between the rows and the length. */
  private final int blocks;

  /** The bytes of a position: the dimensions after the length. */
  private final int positionBytes;

  /**
   * @param rows how many rows were scored
   * @param lengthDimension of the output; {@link TensorSpec#NO_LENGTH} when it is not to be cut
   * @throws IllegalArgumentException when the output has another number of rows
   */
  RowSplitter(BatchOutput whole, int rows, int lengthDimension) {
    long[] shape = whole.shape();
    if (shape.length == 0 || shape[0] != rows) {
      throw new IllegalArgumentException(
          "%s for a batch of %d rows; its first dimension must be the rows".formatted(whole, rows));
    }
    this.whole = whole;
    this.contents = whole.contents();
    this.rowBytes = contents.remaining() / rows;
    this.lengthDimension = lengthDimension;
    blocks = product(shape, 1, lengthDimension);
    positionBytes = product(shape, lengthDimension + 1, shape.length) * whole.datatype().size();
  }

  private static int product(long[] shape, int from, int to) {
    int product = 1;
    for (int dimension = from; dimension < to; dimension++) {
      product *= Math.toIntExact(shape[dimension]);
    }
    return product;
  }

  /** What belongs to the next request, without the positions that were only padding. */
  Tensor next(Extent extent) {
    long[] shape = whole.shape().clone();
    shape[0] = extent.rows();
    boolean cut =
        lengthDimension != TensorSpec.NO_LENGTH && extent.length() < shape[lengthDimension];
    byte[] data;
    if (cut) {
      data = cut(extent, Math.toIntExact(shape[lengthDimension]));
      shape[lengthDimension] = extent.length();
    } else {
      data = new byte[extent.rows() * rowBytes];
      contents.get(data);
    }
    return new Tensor(whole.name(), whole.datatype(), shape, data);
  }

  private byte[] cut(Extent extent, int longest) {
    int kept = extent.length() * positionBytes;
    int dropped = (longest - extent.length()) * positionBytes;
    byte[] data = new byte[extent.rows() * blocks * kept];
    for (int offset = 0; offset < data.length; offset += kept) {
      contents.get(data, offset, kept);
      contents.position(contents.position() + dropped);
    }
    return data;
  }
}

package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import java.nio.ByteBuffer;

/** An input that tells what was sent, 1, from padding, 0. */
final class MaskInput implements BatchInput {
  private final int elementBytes;
  private final DataType type;
  private final RepeatedElement one;
  private final RepeatedElement zero;
  private final StagingBuffer staging = new StagingBuffer();

  MaskInput(TensorSpec declared) {
    elementBytes = declared.datatype().size();
    type = DataTypes.require(declared.name(), declared.datatype());
    one = new RepeatedElement(one(declared.datatype()), elementBytes);
    zero = new RepeatedElement(0, elementBytes);
  }

  @Override
  public NDArray stack(BatchLayout batch, NDManager manager) {
    int longest = batch.whole().length();
    Shape shape = new Shape(batch.whole().rows(), longest);
    ByteBuffer memory =
        staging.reserve(Math.toIntExact(Math.multiplyExact(shape.size(), elementBytes)));
    for (Extent extent : batch.extents()) {
      for (int row = 0; row < extent.rows(); row++) {
        one.put(memory, extent.length());
        zero.put(memory, longest - extent.length());
      }
    }
    return manager.create(memory.flip(), shape, type);
  }

  private static long one(Datatype datatype) {
    return switch (datatype) {
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> 1;
      // The exponent's bias alone: IEEE 754-2019, table 3.5.
      case FP16 -> 0x3c00;
      case FP32 -> Float.floatToRawIntBits(1);
      case FP64 -> Double.doubleToRawLongBits(1);
      case BYTES -> throw new IllegalArgumentException("a mask of BYTES");
    };
  }
}

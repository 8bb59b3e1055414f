package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.millrace.engines.InputRole;
import dev.millrace.engines.TensorSpec;
import java.nio.ByteBuffer;

/** An input that is padded, behind its last position, to the longest of its batch. */
final class PaddedInput implements BatchInput {
  private final int place;
  private final int lengthDimension;
  private final int elementBytes;
  private final DataType type;

  /** How many elements stand at one position of a row: the dimensions after the length. */
  private final int positionElements;

  private final RepeatedElement padding;
  private final StagingBuffer staging = new StagingBuffer();

  /**
   * @param place of the input among those that are sent
   */
  PaddedInput(int place, TensorSpec declared, InputRole.Padded role) {
    this.place = place;
    lengthDimension = declared.lengthDimension();
    elementBytes = declared.datatype().size();
    type = DataTypes.require(declared.name(), declared.datatype());
    positionElements =
        declared.shape().stream()
            .skip(lengthDimension + 1L)
            .mapToInt(Math::toIntExact)
            .reduce(1, Math::multiplyExact);
    padding = new RepeatedElement(role.element(), elementBytes);
  }

  @Override
  public NDArray stack(BatchLayout batch, NDManager manager) {
    long[] dimensions = batch.input(0, place).shape().clone();
    dimensions[0] = batch.whole().rows();
    dimensions[lengthDimension] = batch.whole().length();
    Shape shape = new Shape(dimensions);
    ByteBuffer memory =
        staging.reserve(Math.toIntExact(Math.multiplyExact(shape.size(), elementBytes)));
    for (int request = 0; request < batch.size(); request++) {
      put(
          batch.input(request, place).data(),
          batch.extents().get(request).length(),
          batch.whole().length(),
          memory);
    }
    return manager.create(memory.flip(), shape, type);
  }

  private void put(byte[] data, int length, int longest, ByteBuffer memory) {
    if (length == longest) {
      memory.put(data);
      return;
    }
    int taken = length * positionElements * elementBytes;
    int missing = Math.multiplyExact(longest - length, positionElements);
    for (int offset = 0; offset < data.length; offset += taken) {
      memory.put(data, offset, taken);
      padding.put(memory, missing);
    }
  }
}

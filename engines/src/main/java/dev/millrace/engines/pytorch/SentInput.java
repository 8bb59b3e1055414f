package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;

/** An input whose rows are stacked as they were sent; they have one shape in all requests. */
final class SentInput implements BatchInput {
  private final int place;
  private final StagingBuffer staging = new StagingBuffer();

  /**
   * @param place of the input among those that are sent
   */
  SentInput(int place) {
    this.place = place;
  }

  @Override
  public NDArray stack(BatchLayout batch, NDManager manager) {
    Tensor first = batch.input(0, place);
    long[] shape = first.shape().clone();
    int bytes = first.data().length;
    for (int request = 1; request < batch.size(); request++) {
      Tensor input = batch.input(request, place);
      shape[0] += input.shape()[0];
      bytes = Math.addExact(bytes, input.data().length);
    }
    ByteBuffer memory = staging.reserve(bytes);
    for (int request = 0; request < batch.size(); request++) {
      memory.put(batch.input(request, place).data());
    }
    return manager.create(
        memory.flip(), new Shape(shape), DataTypes.require(first.name(), first.datatype()));
  }
}

package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.millrace.engines.EngineRequest;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/** An input whose rows are stacked as they were sent. Confined to one stream. */
final class SentInput {
  private final int index;
  private final StagingBuffer staging = new StagingBuffer();

  /**
   * @param index its place among the inputs of a request
   */
  SentInput(int index) {
    this.index = index;
  }

  /**
   * Stacks the input of some requests, whose rows have one shape.
   *
   * @return an array that is valid until the next call
   */
  NDArray stack(List<EngineRequest> requests, NDManager manager) {
    Tensor first = of(requests.get(0));
    long[] shape = first.shape().clone();
    int bytes = first.data().length;
    for (int request = 1; request < requests.size(); request++) {
      Tensor input = of(requests.get(request));
      shape[0] += input.shape()[0];
      bytes = Math.addExact(bytes, input.data().length);
    }
    ByteBuffer memory = staging.reserve(bytes);
    for (EngineRequest request : requests) {
      memory.put(of(request).data());
    }
    return manager.create(
        memory.flip(), new Shape(shape), DataTypes.require(first.name(), first.datatype()));
  }

  private Tensor of(EngineRequest request) {
    return request.inputs().get(index);
  }
}

package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Gives each request of a batch its own part of the outputs. */
final class BatchOutputs {
  private final List<TensorSpec> declared;

  BatchOutputs(List<TensorSpec> declared) {
    this.declared = declared;
  }

  /** Copies out of libtorch's memory what belongs to each request. */
  List<Completion> split(NDList outputs, List<EngineRequest> requests) {
    if (requests.size() == 1) {
      return List.of(new Completion(requests.get(0).id(), whole(outputs)));
    }
    int rows = 0;
    for (EngineRequest request : requests) {
      rows += rowsOf(request);
    }
    RowSplitter[] splitters = new RowSplitter[outputs.size()];
    for (int index = 0; index < splitters.length; index++) {
      splitters[index] = splitter(index, outputs.get(index), rows);
    }
    List<Completion> completions = new ArrayList<>(requests.size());
    for (EngineRequest request : requests) {
      Tensor[] taken = new Tensor[splitters.length];
      for (int index = 0; index < splitters.length; index++) {
        taken[index] = splitters[index].next(rowsOf(request));
      }
      completions.add(new Completion(request.id(), new Outcome.Scored(List.of(taken))));
    }
    return completions;
  }

  private Outcome whole(NDList outputs) {
    List<Tensor> tensors = new ArrayList<>(outputs.size());
    for (int index = 0; index < outputs.size(); index++) {
      NDArray output = outputs.get(index);
      ByteBuffer contents = output.toByteBuffer(true);
      byte[] data = new byte[contents.remaining()];
      contents.get(data);
      tensors.add(
          new Tensor(name(index), datatype(index, output), output.getShape().getShape(), data));
    }
    return new Outcome.Scored(tensors);
  }

  private RowSplitter splitter(int index, NDArray output, int rows) {
    return new RowSplitter(
        name(index),
        datatype(index, output),
        output.getShape().getShape(),
        output.toByteBuffer(true),
        rows);
  }

  private Datatype datatype(int index, NDArray output) {
    return DataTypes.requireOfProtocol(name(index), output.getDataType());
  }

  private String name(int index) {
    return index < declared.size() ? declared.get(index).name() : "output" + index;
  }

  private static int rowsOf(EngineRequest request) {
    return Math.toIntExact(request.inputs().get(0).shape()[0]);
  }
}

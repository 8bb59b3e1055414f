package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Gives each request of a batch its own part of the outputs. */
final class BatchOutputs {
  private final List<TensorSpec> declared;
  private final boolean padded;

  BatchOutputs(ModelSignature signature) {
    declared = signature.outputs();
    padded = signature.padded();
  }

  /**
   * Copies out of libtorch's memory what belongs to each request.
   *
   * @throws IllegalArgumentException when an output has not the rows or the length of the batch
   */
  List<Completion> split(NDList arrays, BatchLayout batch) {
    List<BatchOutput> outputs = new ArrayList<>(arrays.size());
    for (int index = 0; index < arrays.size(); index++) {
      outputs.add(read(index, arrays.get(index)));
      requireLength(index, outputs.get(index), batch.whole().length());
    }
    if (batch.size() == 1) {
      List<Tensor> copies = outputs.stream().map(BatchOutput::copy).toList();
      return List.of(new Completion(batch.requests().get(0).id(), new Outcome.Scored(copies)));
    }
    RowSplitter[] splitters = new RowSplitter[outputs.size()];
    for (int index = 0; index < splitters.length; index++) {
      splitters[index] =
          new RowSplitter(outputs.get(index), batch.whole().rows(), lengthDimension(index));
    }
    List<Completion> completions = new ArrayList<>(batch.size());
    for (int request = 0; request < batch.size(); request++) {
      Tensor[] taken = new Tensor[splitters.length];
      for (int index = 0; index < splitters.length; index++) {
        taken[index] = splitters[index].next(batch.extents().get(request));
      }
      completions.add(
          new Completion(batch.requests().get(request).id(), new Outcome.Scored(List.of(taken))));
    }
    return completions;
  }

  private BatchOutput read(int index, NDArray array) {
    String name = index < declared.size() ? declared.get(index).name() : "output" + index;
    return new BatchOutput(
        name,
        DataTypes.requireOfProtocol(name, array.getDataType()),
        array.getShape().getShape(),
        array.toByteBuffer(true));
  }

  private void requireLength(int index, BatchOutput output, int length) {
    int dimension = lengthDimension(index);
    if (dimension != TensorSpec.NO_LENGTH
        && (output.shape().length <= dimension || output.shape()[dimension] != length)) {
      throw new IllegalArgumentException(
          "%s for inputs of length %d; its dimension %d is declared as -1 and must be the length"
              .formatted(output, length, dimension));
    }
  }

  /** Where an output is to be cut back. */
  private int lengthDimension(int index) {
    return padded && index < declared.size()
        ? declared.get(index).lengthDimension()
        : TensorSpec.NO_LENGTH;
  }
}

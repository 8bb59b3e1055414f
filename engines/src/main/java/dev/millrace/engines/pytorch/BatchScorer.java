package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.Outcome;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One execution stream: stacks requests, has libtorch compute, and takes the outputs apart again.
 * Confined to one thread.
 */
final class BatchScorer {
  private final PyTorchModel model;
  private final ModelSignature signature;
  private final List<StagingBuffer> staging = new ArrayList<>();
  private final Bisection<EngineRequest, Outcome> bisection =
      new Bisection<>(
          this::scoreTogether, (request, e) -> new Outcome.Failed(EngineMessages.of(e)));

  BatchScorer(PyTorchModel model, ModelSignature signature) {
    this.model = model;
    this.signature = signature;
  }

  /** The outcomes of all requests, by id. A request that cannot be scored costs only itself. */
  Map<Long, Outcome> score(List<EngineRequest> requests) {
    Map<Long, Outcome> outcomes = new LinkedHashMap<>();
    for (List<EngineRequest> alike : stackable(requests)) {
      List<Outcome> scored = bisection.score(alike);
      for (int index = 0; index < alike.size(); index++) {
        outcomes.put(alike.get(index).id(), scored.get(index));
      }
    }
    return outcomes;
  }

  /** Groups requests that can be the rows of one tensor: all dimensions but the first agree. */
  private List<List<EngineRequest>> stackable(List<EngineRequest> requests) {
    if (!signature.batchable()) {
      return requests.stream().map(List::of).toList();
    }
    Map<List<Long>, List<EngineRequest>> byRowShape = new LinkedHashMap<>();
    for (EngineRequest request : requests) {
      byRowShape.computeIfAbsent(rowShape(request), shape -> new ArrayList<>()).add(request);
    }
    return List.copyOf(byRowShape.values());
  }

  private static List<Long> rowShape(EngineRequest request) {
    List<Long> dimensions = new ArrayList<>();
    for (Tensor input : request.inputs()) {
      for (int dimension = 1; dimension < input.shape().length; dimension++) {
        dimensions.add(input.shape()[dimension]);
      }
    }
    return dimensions;
  }

  private List<Outcome> scoreTogether(List<EngineRequest> requests) {
    // Outputs belong to the manager of the inputs; closing it frees the native memory of both.
    try (NDManager manager = model.manager().newSubManager()) {
      NDList outputs =
          model
              .block()
              .forward(new ParameterStore(manager, false), stack(requests, manager), false);
      return split(requests, read(outputs));
    }
  }

  private NDList stack(List<EngineRequest> requests, NDManager manager) {
    List<Tensor> first = requests.get(0).inputs();
    NDList stacked = new NDList(first.size());
    for (int index = 0; index < first.size(); index++) {
      while (staging.size() <= index) {
        staging.add(new StagingBuffer());
      }
      Tensor pattern = first.get(index);
      long[] shape = pattern.shape().clone();
      List<byte[]> parts = new ArrayList<>(requests.size());
      long rows = 0;
      for (EngineRequest request : requests) {
        Tensor input = request.inputs().get(index);
        parts.add(input.data());
        rows += rowsOf(input);
      }
      if (requests.size() > 1) {
        shape[0] = rows;
      }
      DataType type =
          DataTypes.of(pattern.datatype())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "input '%s': PyTorch has no %s"
                              .formatted(pattern.name(), pattern.datatype())));
      stacked.add(manager.create(staging.get(index).stack(parts), new Shape(shape), type));
    }
    return stacked;
  }

  private List<Tensor> read(NDList outputs) {
    List<Tensor> tensors = new ArrayList<>(outputs.size());
    for (int index = 0; index < outputs.size(); index++) {
      NDArray output = outputs.get(index);
      String name =
          index < signature.outputs().size()
              ? signature.outputs().get(index).name()
              : "output" + index;
      Datatype datatype =
          DataTypes.of(output.getDataType())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "output '%s': the protocol has no %s"
                              .formatted(name, output.getDataType())));
      ByteBuffer contents = output.toByteBuffer();
      byte[] data = new byte[contents.remaining()];
      contents.get(data);
      tensors.add(new Tensor(name, datatype, output.getShape().getShape(), data));
    }
    return tensors;
  }

  private static List<Outcome> split(List<EngineRequest> requests, List<Tensor> outputs) {
    if (requests.size() == 1) {
      return List.of(new Outcome.Scored(outputs));
    }
    List<RowSplitter> splitters = new ArrayList<>(outputs.size());
    long rows = requests.stream().mapToLong(request -> rowsOf(request.inputs().get(0))).sum();
    for (Tensor output : outputs) {
      splitters.add(new RowSplitter(output, rows));
    }
    List<Outcome> outcomes = new ArrayList<>(requests.size());
    for (EngineRequest request : requests) {
      int taken = Math.toIntExact(rowsOf(request.inputs().get(0)));
      outcomes.add(
          new Outcome.Scored(splitters.stream().map(splitter -> splitter.next(taken)).toList()));
    }
    return outcomes;
  }

  private static long rowsOf(Tensor input) {
    return input.shape().length == 0 ? 1 : input.shape()[0];
  }
}

package dev.millrace.engines.pytorch;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * One execution stream: stacks requests, has libtorch compute, and takes the outputs apart again.
 * Confined to one thread.
 */
final class BatchScorer {
  private final PyTorchModel model;
  private final RowShapes rowShapes;
  private final List<SentInput> inputs = new ArrayList<>();
  private final BatchOutputs outputs;
  private final Bisection<EngineRequest, Completion> bisection =
      new Bisection<>(
          this::scoreTogether,
          (request, e) -> new Completion(request.id(), new Outcome.Failed(EngineMessages.of(e))));

  BatchScorer(PyTorchModel model, ModelSignature signature) {
    this.model = model;
    this.rowShapes = new RowShapes(signature);
    this.outputs = new BatchOutputs(signature.outputs());
  }

  /** What becomes of all requests. One that cannot be scored costs only itself. */
  List<Completion> score(List<EngineRequest> requests) {
    List<Completion> completions = new ArrayList<>(requests.size());
    for (List<EngineRequest> alike : rowShapes.group(requests)) {
      completions.addAll(bisection.score(alike));
    }
    return completions;
  }

  private List<Completion> scoreTogether(List<EngineRequest> requests) {
    // Outputs belong to the manager of the inputs; closing it frees the native memory of both.
    try (NDManager manager = model.manager().newSubManager()) {
      NDList scored =
          model
              .block()
              .forward(new ParameterStore(manager, false), stack(requests, manager), false);
      return outputs.split(scored, requests);
    }
  }

  private NDList stack(List<EngineRequest> requests, NDManager manager) {
    int count = requests.get(0).inputs().size();
    while (inputs.size() < count) {
      inputs.add(new SentInput(inputs.size()));
    }
    NDList stacked = new NDList(count);
    for (SentInput input : inputs.subList(0, count)) {
      stacked.add(input.stack(requests, manager));
    }
    return stacked;
  }
}

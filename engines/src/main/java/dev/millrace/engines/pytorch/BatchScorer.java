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
  private final BatchLayouts layouts;
  private final BatchInputs inputs;
  private final BatchOutputs outputs;
  private final Bisection<EngineRequest, Completion> bisection =
      new Bisection<>(
          this::scoreTogether,
          (request, e) -> new Completion(request.id(), new Outcome.Failed(EngineMessages.of(e))));

  BatchScorer(PyTorchModel model, ModelSignature signature) {
    this.model = model;
    this.rowShapes = new RowShapes(signature);
    this.layouts = new BatchLayouts(signature);
    this.inputs = new BatchInputs(signature);
    this.outputs = new BatchOutputs(signature);
  }

  /** What becomes of all requests. One that cannot be scored costs only itself. */
  List<Completion> score(List<EngineRequest> requests) {
    List<Completion> completions = new ArrayList<>(requests.size());
    for (List<EngineRequest> alike : rowShapes.group(requests)) {
      completions.addAll(bisection.score(alike));
    }
    return completions;
  }

  /**
   * Scores requests in one call of the model.
   *
   * @throws RuntimeException when one of them, or their being together, is too much for the model
   */
  List<Completion> scoreTogether(List<EngineRequest> requests) {
    BatchLayout batch = layouts.of(requests);
    // Outputs belong to the manager of the inputs; closing it frees the native memory of both.
    try (NDManager manager = model.manager().newSubManager()) {
      NDList scored =
          model
              .block()
              .forward(new ParameterStore(manager, false), inputs.stack(batch, manager), false);
      return outputs.split(scored, batch);
    }
  }
}

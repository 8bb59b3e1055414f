package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * Scores zeros before the first request does: libtorch optimises a graph in its first calls, and a
 * signature that does not tell what the model returns is better found now.
 */
final class WarmUp {
  private WarmUp() {}

  /**
   * Scores one row and a full batch. A model without a signature cannot be warmed up and is left
   * alone.
   *
   * @throws EngineUnavailableException when the model fails on zeros, or returns what it does not
   *     declare
   */
  static void run(ModelSpec spec, BatchScorer scorer) throws EngineUnavailableException {
    if (spec.signature().inputs().isEmpty()) {
      return;
    }
    score(spec, scorer, 1);
    if (spec.maximumBatchRows() > 1) {
      score(spec, scorer, spec.maximumBatchRows());
    }
  }

  private static void score(ModelSpec spec, BatchScorer scorer, int rows)
      throws EngineUnavailableException {
    List<Tensor> inputs =
        spec.signature().inputs().stream().map(input -> zeros(input, rows)).toList();
    Outcome outcome = scorer.score(List.of(new EngineRequest(0, inputs))).get(0).outcome();
    if (outcome instanceof Outcome.Scored scored) {
      check(spec, scored.outputs());
    } else if (outcome instanceof Outcome.Failed failed) {
      throw new EngineUnavailableException(
          "model %s fails on %d rows of zeros of its declared shape: %s. Mend millrace.input.* in %s/serving.properties or the model"
              .formatted(spec.version(), rows, failed.message(), spec.directory()));
    }
  }

  private static void check(ModelSpec spec, List<Tensor> outputs)
      throws EngineUnavailableException {
    List<TensorSpec> declared = spec.signature().outputs();
    if (declared.isEmpty()) {
      return;
    }
    boolean agree = declared.size() == outputs.size();
    for (int index = 0; agree && index < outputs.size(); index++) {
      agree = declared.get(index).matches(outputs.get(index));
    }
    if (!agree) {
      throw new EngineUnavailableException(
          "model %s returns %s, but declares %s. Mend millrace.output.* in %s/serving.properties"
              .formatted(spec.version(), outputs, declared, spec.directory()));
    }
  }

  private static Tensor zeros(TensorSpec input, int rows) {
    long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
    for (int dimension = 0; dimension < shape.length; dimension++) {
      if (shape[dimension] == TensorSpec.ANY) {
        shape[dimension] = dimension == 0 ? rows : 1;
      }
    }
    long elements = dev.millrace.protocol.Shape.elements(shape);
    int bytes = Math.toIntExact(elements * input.datatype().size());
    return new Tensor(input.name(), input.datatype(), shape, new byte[bytes]);
  }
}

package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Rehearsal;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Tensor;
import java.util.List;

/**
 * Scores zeros before the first request does: libtorch optimises a graph in its first calls, and a
 * signature that does not tell what the model returns is better found now.
 */
final class WarmUp {
  /** The length of inputs that are padded, where the model does not say how long they may be. */
  private static final int PLAUSIBLE_LENGTH = 16;

  /** The first call has libtorch watch the graph, the second has it optimise it. */
  private static final int CALLS_OF_ONE_ROW = 4;

  private static final double NANOS_PER_MILLI = 1e6;

  private WarmUp() {}

  /**
   * Scores one row several times and a full batch once, of the greatest length where inputs are
   * padded, and returns the fastest of each. A model without a signature cannot be warmed up and is
   * left alone.
   *
   * @throws EngineUnavailableException when the model fails on zeros, or returns what it does not
   *     declare
   */
  static List<Rehearsal> run(ModelSpec spec, BatchScorer scorer) throws EngineUnavailableException {
    if (spec.signature().inputs().isEmpty()) {
      return List.of();
    }
    Rehearsal one = score(spec, scorer, 1);
    for (int call = 1; call < CALLS_OF_ONE_ROW; call++) {
      Rehearsal again = score(spec, scorer, 1);
      one = again.milliseconds() < one.milliseconds() ? again : one;
    }
    return spec.maximumBatchRows() == 1
        ? List.of(one)
        : List.of(one, score(spec, scorer, spec.maximumBatchRows()));
  }

  private static Rehearsal score(ModelSpec spec, BatchScorer scorer, int rows)
      throws EngineUnavailableException {
    int longest = spec.signature().maximumLength();
    int length = longest == ModelSignature.UNBOUNDED ? PLAUSIBLE_LENGTH : longest;
    List<Tensor> inputs =
        spec.signature().sentInputs().stream().map(input -> zeros(input, rows, length)).toList();
    long begin = System.nanoTime();
    Outcome outcome = scorer.score(List.of(new EngineRequest(0, inputs))).get(0).outcome();
    double milliseconds = (System.nanoTime() - begin) / NANOS_PER_MILLI;
    if (outcome instanceof Outcome.Scored scored) {
      check(spec, scored.outputs());
    } else if (outcome instanceof Outcome.Failed failed) {
      throw new EngineUnavailableException(
          "model %s fails on %d rows of zeros of its declared shape: %s. Mend millrace.input.* and millrace.output.* in %s/serving.properties, or the model"
              .formatted(spec.version(), rows, failed.message(), spec.directory()));
    }
    return new Rehearsal((long) rows * (spec.signature().padded() ? length : 1), milliseconds);
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

  private static Tensor zeros(TensorSpec input, int rows, int length) {
    long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
    for (int dimension = 0; dimension < shape.length; dimension++) {
      if (shape[dimension] == TensorSpec.ANY) {
        int varying = input.padded() ? length : 1;
        shape[dimension] = dimension == 0 ? rows : varying;
      }
    }
    long elements = dev.millrace.protocol.Shape.elements(shape);
    int bytes = Math.toIntExact(elements * input.datatype().size());
    return new Tensor(input.name(), input.datatype(), shape, new byte[bytes]);
  }
}

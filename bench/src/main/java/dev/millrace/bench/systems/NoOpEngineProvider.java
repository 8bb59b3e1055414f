package dev.millrace.bench.systems;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TensorSpec;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.ModelVersion;
import java.util.List;
import java.util.Map;

/**
 * Opens engines that compute nothing: whatever is asked is answered at once with the same ten
 * numbers. What is left is the cost of everything around an engine.
 */
final class NoOpEngineProvider implements EngineProvider {
  private static final long serialVersionUID = 1L;

  /** What users call the model. */
  static final String MODEL = "no-op";

  private static final int MAXIMUM_BATCH_ROWS = 64;
  private static final int STREAMS = 2;

  /** As large as the model of the digits, so that its messages are as long as theirs. */
  static ModelSpec model() {
    return new ModelSpec(
        new ModelVersion(MODEL, 1),
        "",
        "",
        new ModelSignature(
            List.of(new TensorSpec("image", Datatype.FP32, List.of(-1L, 1L, 8L, 8L))),
            List.of(new TensorSpec("probabilities", Datatype.FP32, List.of(-1L, 10L)))),
        ServingPolicy.ofBatches(MAXIMUM_BATCH_ROWS),
        Map.of());
  }

  @Override
  public Engine open(ModelSpec model, GpuAllotment gpus) {
    return new NoOpEngine(model.maximumBatchRows(), STREAMS);
  }
}

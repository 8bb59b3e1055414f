package dev.millrace.engines;

import java.io.Serializable;

/** Opens engines where the work is done. Shipped with the job, so it holds only what can travel. */
@FunctionalInterface
public interface EngineProvider extends Serializable {
  /**
   * Opens the engine of a model version, or joins the one that this process has already. Users of
   * the same model in one process are spread evenly over the GPUs that it may use.
   *
   * @throws EngineUnavailableException when the model cannot be loaded or the device is missing
   */
  Engine open(ModelSpec model, GpuAllotment gpus) throws EngineUnavailableException;
}

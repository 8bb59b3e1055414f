package dev.millrace.engines;

import java.io.Serializable;

/** Opens engines where the work is done. Shipped with the job, so it holds only what can travel. */
@FunctionalInterface
public interface EngineProvider extends Serializable {
  /**
   * Opens the engine of a model version, or joins the one that this process has already.
   *
   * @param subtask the index of the parallel instance that asks, to spread over devices
   * @throws EngineUnavailableException when the model cannot be loaded or the device is missing
   */
  Engine open(ModelSpec model, int subtask) throws EngineUnavailableException;
}

package dev.millrace.operators.window;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import dev.millrace.protocol.ModelVersion;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The windows of all model versions that this task serves. */
final class ModelWindows implements AutoCloseable {
  private final Map<ModelVersion, ModelWindow> windows = new LinkedHashMap<>();

  private ModelWindows() {}

  /** Those of a task that has not been opened. */
  static ModelWindows none() {
    return new ModelWindows();
  }

  /**
   * Opens the engines.
   *
   * @param inbox hears of free capacity
   * @throws EngineUnavailableException when one cannot be had; those opened before it are closed
   *     again
   */
  static ModelWindows open(
      WindowSettings settings, GpuAllotment gpus, EngineInbox inbox, WindowMetrics metrics)
      throws EngineUnavailableException {
    ModelWindows opened = new ModelWindows();
    try {
      for (ModelSpec model : settings.models()) {
        Engine engine = settings.engines().open(model, gpus);
        engine.onCapacity(inbox::wake);
        opened.windows.put(
            model.version(), new ModelWindow(model, settings, engine, metrics.of(model)));
      }
      return opened;
    } catch (EngineUnavailableException e) {
      opened.close();
      throw e;
    }
  }

  Optional<ModelWindow> of(ModelVersion model) {
    return Optional.ofNullable(windows.get(model));
  }

  Iterable<ModelWindow> all() {
    return windows.values();
  }

  /** How many requests wait, over all models. */
  int depth() {
    int depth = 0;
    for (ModelWindow window : windows.values()) {
      depth += window.queue().size();
    }
    return depth;
  }

  @Override
  public void close() {
    windows.values().forEach(ModelWindow::close);
  }
}

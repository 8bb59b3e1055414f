package dev.millrace.jobs;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import java.util.List;

/** Real engines that take nothing any more from some moment on, so that requests wait. */
final class HeldEngines implements EngineProvider {
  private static final long serialVersionUID = 1L;

  private static volatile boolean held;

  private final EngineProvider real;

  private HeldEngines(EngineProvider real) {
    this.real = real;
  }

  /** Engines that work until {@link #hold()}; one job at a time has such. */
  static HeldEngines of(EngineProvider real) {
    held = false;
    return new HeldEngines(real);
  }

  static void hold() {
    held = true;
  }

  @Override
  public Engine open(ModelSpec model, GpuAllotment gpus) throws EngineUnavailableException {
    return new Held(real.open(model, gpus));
  }

  private record Held(Engine engine) implements Engine {
    @Override
    public void start(List<EngineRequest> batch, EngineListener listener) {
      engine.start(batch, listener);
    }

    @Override
    public int capacity() {
      return held ? 0 : engine.capacity();
    }

    @Override
    public int maximumCapacity() {
      return engine.maximumCapacity();
    }

    @Override
    public void cancel(long id) {
      engine.cancel(id);
    }

    @Override
    public void onCapacity(Runnable listener) {
      engine.onCapacity(listener);
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}

package dev.millrace.jobs;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;

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

  private static final class Held extends ForwardingEngine {
    Held(Engine engine) {
      super(engine);
    }

    @Override
    public int capacity() {
      return held ? 0 : super.capacity();
    }
  }
}

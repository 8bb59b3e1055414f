package dev.millrace.jobs;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Real engines that make the task which uses them fail at random, so many times in this process.
 */
final class FaultyEngines implements EngineProvider {
  private static final long serialVersionUID = 1L;

  private static final AtomicInteger FAULTS_LEFT = new AtomicInteger();
  private static final AtomicInteger OPENED = new AtomicInteger();

  private final EngineProvider real;
  private final long seed;
  private final int batchesPerFault;

  FaultyEngines(EngineProvider real, long seed, int faults, int batchesPerFault) {
    this.real = real;
    this.seed = seed;
    this.batchesPerFault = batchesPerFault;
    FAULTS_LEFT.set(faults);
    OPENED.set(0);
  }

  static int faultsLeft() {
    return FAULTS_LEFT.get();
  }

  @Override
  public Engine open(ModelSpec model, GpuAllotment gpus) throws EngineUnavailableException {
    return new Faulty(
        real.open(model, gpus), new Random(seed + OPENED.getAndIncrement()), batchesPerFault);
  }

  private static final class Faulty extends ForwardingEngine {
    private final Random random;
    private final int batchesPerFault;

    Faulty(Engine engine, Random random, int batchesPerFault) {
      super(engine);
      this.random = random;
      this.batchesPerFault = batchesPerFault;
    }

    @Override
    public void start(List<EngineRequest> batch, EngineListener listener) {
      super.start(batch, listener);
      // After the batch has begun: the worst moment, with requests in flight.
      if (random.nextInt(batchesPerFault) == 0
          && FAULTS_LEFT.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new IllegalStateException("the task fails on purpose");
      }
    }
  }
}

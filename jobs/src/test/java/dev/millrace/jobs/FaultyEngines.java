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
  private static final AtomicInteger BATCHES_LEFT = new AtomicInteger();

  private final EngineProvider real;

  /** From one fault to the next; the last fault's first. */
  private final int[] batchesPerFault;

  /**
   * @param mostBatchesPerFault how many batches there are from one fault to the next at most, so
   *     that so many times as many as there are faults are enough for all of them
   */
  FaultyEngines(EngineProvider real, long seed, int faults, int mostBatchesPerFault) {
    this.real = real;
    this.batchesPerFault = new Random(seed).ints(faults, 1, mostBatchesPerFault + 1).toArray();
    FAULTS_LEFT.set(faults);
    BATCHES_LEFT.set(batchesPerFault[faults - 1]);
  }

  static int faultsLeft() {
    return FAULTS_LEFT.get();
  }

  @Override
  public Engine open(ModelSpec model, GpuAllotment gpus) throws EngineUnavailableException {
    return new Faulty(real.open(model, gpus), batchesPerFault);
  }

  private static final class Faulty extends ForwardingEngine {
    private final int[] batchesPerFault;

    Faulty(Engine engine, int[] batchesPerFault) {
      super(engine);
      this.batchesPerFault = batchesPerFault;
    }

    @Override
    public void start(List<EngineRequest> batch, EngineListener listener) {
      super.start(batch, listener);
      // After the batch has begun: the worst moment, with requests in flight.
      if (FAULTS_LEFT.get() > 0 && BATCHES_LEFT.decrementAndGet() == 0) {
        int left = FAULTS_LEFT.decrementAndGet();
        if (left > 0) {
          BATCHES_LEFT.set(batchesPerFault[left - 1]);
        }
        throw new IllegalStateException("the task fails on purpose");
      }
    }
  }
}

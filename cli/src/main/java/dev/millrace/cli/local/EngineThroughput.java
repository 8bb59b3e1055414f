package dev.millrace.cli.local;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.InputCheck;
import dev.millrace.engines.ModelSpec;
import dev.millrace.protocol.TensorRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an engine does alone: full batches on all of its streams, without Kafka and Flink. The bound
 * of what a job around it can do.
 */
final class EngineThroughput {
  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration MEASURED = Duration.ofSeconds(3);

  private EngineThroughput() {}

  /** Requests a second. */
  static double measure(EngineProvider engines, ModelSpec model, List<TensorRequest> samples)
      throws EngineUnavailableException, InterruptedException {
    List<EngineRequest> requests = new ArrayList<>();
    for (TensorRequest sample : samples) {
      InputCheck check = model.signature().check(sample.inputs(), model.maximumBatchRows());
      if (check instanceof InputCheck.Accepted accepted
          && requests.size() < model.maximumBatchRows()) {
        requests.add(new EngineRequest(requests.size(), accepted.inputs()));
      }
    }
    try (Engine engine = engines.open(model, GpuAllotment.UNMANAGED)) {
      score(engine, requests, WARM_UP);
      return score(engine, requests, MEASURED);
    }
  }

  private static double score(Engine engine, List<EngineRequest> requests, Duration duration)
      throws InterruptedException {
    Semaphore wake = new Semaphore(1);
    AtomicLong done = new AtomicLong();
    AtomicLong lastDone = new AtomicLong();
    engine.onCapacity(wake::release);
    long nextId = 0;
    long started = 0;
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < duration.toNanos()) {
      while (engine.capacity() > 0) {
        List<EngineRequest> batch = new ArrayList<>(requests.size());
        for (EngineRequest request : requests) {
          batch.add(new EngineRequest(nextId++, request.inputs()));
        }
        started += batch.size();
        engine.start(
            batch,
            (id, outcome) -> {
              lastDone.set(System.nanoTime());
              done.incrementAndGet();
            });
      }
      wake.tryAcquire(100, TimeUnit.MILLISECONDS);
      wake.drainPermits();
    }
    while (done.get() < started) {
      wake.tryAcquire(10, TimeUnit.MILLISECONDS);
    }
    return done.get() * 1e9 / (lastDone.get() - begin);
  }
}

package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an engine does alone, with all of its streams, without Kafka and Flink: the bound of what a
 * system around it can do.
 */
public final class EngineLimit implements AutoCloseable {
  private final Workload workload;
  private final Engine engine;
  private long nextId;

  private EngineLimit(Workload workload, Engine engine) {
    this.workload = workload;
    this.engine = engine;
  }

  /**
   * Loads the model, or joins who has loaded it.
   *
   * @throws BenchmarkException when it cannot be loaded
   */
  public static EngineLimit open(Workload workload) throws BenchmarkException {
    try {
      return new EngineLimit(
          workload, workload.engines().open(workload.model(), GpuAllotment.UNMANAGED));
    } catch (EngineUnavailableException e) {
      throw new BenchmarkException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The batch sizes worth trying: powers of two from 8 to the most that the model takes. */
  public List<Integer> sizes() {
    int most = workload.model().maximumBatchRows();
    List<Integer> sizes = new ArrayList<>();
    for (int size = Math.min(8, most); size < most; size *= 2) {
      sizes.add(size);
    }
    sizes.add(most);
    return sizes;
  }

  /** Requests a second in batches of that size, each started as soon as a stream is free. */
  public double throughput(int size, Duration duration) throws InterruptedException {
    Semaphore wake = new Semaphore(1);
    AtomicLong done = new AtomicLong();
    AtomicLong lastDone = new AtomicLong();
    engine.onCapacity(wake::release);
    long started = 0;
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < duration.toNanos()) {
      while (engine.capacity() > 0) {
        started += size;
        engine.start(
            batch(size),
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

  /**
   * Nanoseconds that a batch of that size takes on an engine that does nothing else, of each of so
   * many batches.
   */
  public long[] latencies(int size, int batches) throws InterruptedException {
    long[] latencies = new long[batches];
    for (int batch = 0; batch < batches; batch++) {
      CountDownLatch done = new CountDownLatch(size);
      List<EngineRequest> requests = batch(size);
      long begin = System.nanoTime();
      engine.start(requests, (id, outcome) -> done.countDown());
      done.await();
      latencies[batch] = System.nanoTime() - begin;
    }
    return latencies;
  }

  private List<EngineRequest> batch(int size) {
    List<EngineRequest> batch = new ArrayList<>(size);
    for (int request = 0; request < size; request++) {
      batch.add(workload.engineRequest(nextId++));
    }
    return batch;
  }

  @Override
  public void close() {
    engine.close();
  }
}

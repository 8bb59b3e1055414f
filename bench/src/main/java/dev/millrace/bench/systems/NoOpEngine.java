package dev.millrace.bench.systems;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine that answers on threads of its own, as others do, but computes nothing.
 *
 * <p>Nothing can be cancelled: it would be too late.
 */
final class NoOpEngine implements Engine {
  private static final Outcome OUTCOME =
      new Outcome.Scored(
          List.of(
              new Tensor(
                  "probabilities", Datatype.FP32, new long[] {1, 10}, new byte[10 * Float.BYTES])));

  private record Batch(List<EngineRequest> requests, EngineListener listener) {}

  private final int maximumRows;
  private final List<Thread> streams = new ArrayList<>();
  private final BlockingQueue<Batch> line = new LinkedBlockingQueue<>();

  /** Batches that wait or are being answered. */
  private final AtomicInteger busy = new AtomicInteger();

  private volatile Runnable capacityListener = () -> {};

  NoOpEngine(int maximumRows, int streams) {
    this.maximumRows = maximumRows;
    for (int stream = 0; stream < streams; stream++) {
      Thread thread = new Thread(this::runStream, "no-op-stream-" + stream);
      thread.setDaemon(true);
      this.streams.add(thread);
      thread.start();
    }
  }

  private void runStream() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Batch batch = line.take();
        busy.decrementAndGet();
        capacityListener.run();
        for (EngineRequest request : batch.requests()) {
          batch.listener().done(request.id(), OUTCOME);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int capacity() {
    return busy.get() < streams.size() ? maximumRows : 0;
  }

  @Override
  public int maximumCapacity() {
    return maximumRows;
  }

  @Override
  public void start(List<EngineRequest> batch, EngineListener listener) {
    busy.incrementAndGet();
    line.add(new Batch(List.copyOf(batch), listener));
  }

  @Override
  public void cancel(long id) {}

  @Override
  public void onCapacity(Runnable listener) {
    capacityListener = listener;
  }

  @Override
  public void close() {
    streams.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread stream : streams) {
      while (stream.isAlive()) {
        try {
          stream.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

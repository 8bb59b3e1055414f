package dev.millrace.bench.openloop;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.StreamArbiter;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Tensor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The streams of all timed engines of this process, as a device would be shared by them. Safe for
 * use by several threads.
 */
final class TimedStreams {
  /** As many as the machine that the targets were set for has cores. */
  static final int COUNT = 2;

  /** Those of this process. */
  static final TimedStreams SHARED = new TimedStreams();

  private static final Outcome OUTCOME =
      new Outcome.Scored(
          List.of(new Tensor("sum", Datatype.FP32, new long[] {1, 1}, new byte[Float.BYTES])));

  /** As engines give way to one another. */
  private static final long HANDOVER_NANOS = 5_000_000;

  private record Batch(
      List<EngineRequest> requests, long nanos, StreamArbiter.User user, EngineListener listener) {}

  private final BlockingQueue<Batch> line = new LinkedBlockingQueue<>();
  private final Set<Runnable> capacityListeners = ConcurrentHashMap.newKeySet();

  private final StreamArbiter arbiter =
      new StreamArbiter(COUNT, HANDOVER_NANOS, StreamArbiter.Clock.SYSTEM);

  private volatile boolean held;

  private TimedStreams() {
    for (int stream = 0; stream < COUNT; stream++) {
      Thread thread = new Thread(this::run, "timed-stream-" + stream);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    try {
      while (true) {
        Batch batch = line.take();
        long end = System.nanoTime() + batch.nanos();
        for (long left = batch.nanos(); left > 0; left = end - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        batch.user().free();
        for (EngineRequest request : batch.requests()) {
          batch.listener().done(request.id(), OUTCOME);
        }
        capacityListeners.forEach(Runnable::run);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more batches. */
  void hold() {
    held = true;
  }

  /** Takes batches again. */
  void release() {
    held = false;
    capacityListeners.forEach(Runnable::run);
  }

  StreamArbiter.User join(Runnable wake) {
    return arbiter.join(wake);
  }

  double utilisation() {
    return arbiter.utilisation();
  }

  boolean free(StreamArbiter.User user) {
    return !held && user.mayTake();
  }

  void start(
      List<EngineRequest> requests, long nanos, StreamArbiter.User user, EngineListener listener) {
    user.take();
    line.add(new Batch(List.copyOf(requests), nanos, user, listener));
  }

  void add(Runnable capacityListener) {
    capacityListeners.add(capacityListener);
  }

  void remove(Runnable capacityListener) {
    capacityListeners.remove(capacityListener);
  }
}

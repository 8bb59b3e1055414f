package dev.millrace.bench.openloop;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.StreamArbiter;
import java.util.List;

/**
 * An engine that takes its time, and computes nothing: what it leaves of the processor is all for
 * the system around it, as if the model ran on a device of its own.
 *
 * <p>Nothing can be cancelled.
 */
final class TimedEngine implements Engine {
  private final TimedStreams streams;
  private final TimedModel model;
  private final StreamArbiter.User share;
  private volatile Runnable capacityListener = () -> {};
  private volatile boolean closed;

  TimedEngine(TimedStreams streams, TimedModel model) {
    this.streams = streams;
    this.model = model;
    this.share = streams.join(() -> capacityListener.run());
  }

  @Override
  public int capacity() {
    return streams.free(share) ? model.maximumRows() : 0;
  }

  @Override
  public double utilisation() {
    return streams.utilisation();
  }

  @Override
  public int maximumCapacity() {
    return model.maximumRows();
  }

  @Override
  public void start(List<EngineRequest> batch, EngineListener listener) {
    streams.start(
        batch,
        model.nanos(batch.size()),
        share,
        (id, outcome) -> {
          if (!closed) {
            listener.done(id, outcome);
          }
        });
  }

  @Override
  public void cancel(long id) {}

  @Override
  public void onCapacity(Runnable listener) {
    streams.remove(capacityListener);
    capacityListener = listener;
    streams.add(listener);
  }

  @Override
  public void close() {
    closed = true;
    streams.remove(capacityListener);
    share.leave();
  }
}

package dev.millrace.engines.pytorch;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Rehearsal;
import dev.millrace.engines.StreamArbiter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one user sees of a shared model.
 *
 * <p>Listeners are called under its own monitor, so that none is after {@link #close} has returned.
 */
final class EngineView implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(EngineView.class);

  private final SharedEngine model;
  private final StreamArbiter.User share;
  private final Runnable onClose;
  private Runnable capacityListener = () -> {};
  private volatile boolean closed;

  EngineView(SharedEngine model, StreamArbiter arbiter, Runnable onClose) {
    this.model = model;
    this.share = arbiter.join(this::capacityIsFree);
    this.onClose = onClose;
  }

  @Override
  public int capacity() {
    return model.capacity(this);
  }

  /** Its share of the streams. */
  StreamArbiter.User share() {
    return share;
  }

  @Override
  public double utilisation() {
    return model.utilisation();
  }

  @Override
  public int maximumCapacity() {
    return model.maximumCapacity();
  }

  @Override
  public List<Rehearsal> rehearsals() {
    return model.rehearsals();
  }

  @Override
  public void start(List<EngineRequest> batch, EngineListener listener) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("an empty batch");
    }
    // Not under the monitor, which a stream holds while it delivers: a user would sleep on it just
    // when that stream waits for a batch. Nobody closes meanwhile: a user calls from one thread.
    if (closed) {
      throw new IllegalStateException("this engine was given back");
    }
    model.submit(List.copyOf(batch), this, listener);
  }

  @Override
  public void cancel(long id) {
    model.cancel(this, id);
  }

  @Override
  public synchronized void onCapacity(Runnable listener) {
    capacityListener = listener;
  }

  /** Called on the streams' threads, and on that of the arbiter's alarm. */
  synchronized void capacityIsFree() {
    if (!closed) {
      call(capacityListener);
    }
  }

  /** Called on the streams' threads. */
  synchronized void deliver(List<Completion> completions, EngineListener listener) {
    for (Completion completion : completions) {
      // Asked each time: the listener itself may close.
      if (!closed) {
        call(() -> listener.done(completion.id(), completion.outcome()));
      }
    }
  }

  /** Called on the threads of decode loops. */
  synchronized void deliver(long id, Progress progress, EngineListener listener) {
    if (!closed) {
      call(() -> listener.progress(id, progress));
    }
  }

  private static void call(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      LOG.error("A listener of an engine threw; the stream goes on.", e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    model.disconnect(this);
    onClose.run();
  }
}

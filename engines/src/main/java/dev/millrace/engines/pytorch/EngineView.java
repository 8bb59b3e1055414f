package dev.millrace.engines.pytorch;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one user sees of a shared model.
 *
 * <p>Guarded by its own monitor, so that no listener is called after {@link #close} has returned.
 */
final class EngineView implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(EngineView.class);

  private final SharedModel model;
  private final Runnable onClose;
  private Runnable capacityListener = () -> {};
  private boolean closed;

  EngineView(SharedModel model, Runnable onClose) {
    this.model = model;
    this.onClose = onClose;
  }

  @Override
  public int capacity() {
    return model.capacity();
  }

  @Override
  public int maximumCapacity() {
    return model.maximumCapacity();
  }

  @Override
  public void start(List<EngineRequest> batch, EngineListener listener) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("an empty batch");
    }
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("this engine was given back");
      }
    }
    model.submit(new SharedModel.Batch(List.copyOf(batch), this, listener));
  }

  @Override
  public void cancel(long id) {
    model
        .withdraw(this, id)
        .ifPresent(
            listener -> deliver(List.of(new Completion(id, new Outcome.Cancelled())), listener));
  }

  @Override
  public synchronized void onCapacity(Runnable listener) {
    capacityListener = listener;
  }

  /** Called on the streams' threads. */
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

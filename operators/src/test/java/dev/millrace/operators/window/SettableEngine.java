package dev.millrace.operators.window;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * An engine of so many streams that ends a batch when the test says so. Its answer to a request is
 * the request's own inputs, so that a mix-up is seen.
 */
final class SettableEngine implements Engine {
  private final int streams;
  private final int batchSize;
  private final List<Running> running = new ArrayList<>();
  private final List<List<EngineRequest>> started = new ArrayList<>();
  private Runnable capacityListener = () -> {};
  private boolean stopsOnCancel;
  private boolean closed;

  SettableEngine(int streams, int batchSize) {
    this.streams = streams;
    this.batchSize = batchSize;
  }

  @Override
  public int capacity() {
    return running.size() < streams ? batchSize : 0;
  }

  @Override
  public int maximumCapacity() {
    return batchSize;
  }

  @Override
  public void start(List<EngineRequest> batch, EngineListener listener) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (running.size() >= streams) {
      throw new IllegalStateException("all streams are busy");
    }
    running.add(new Running(new ArrayList<>(batch), listener));
    started.add(batch);
  }

  /** Whether a request that runs can still be stopped; not unless a test says so. */
  void stopsOnCancel(boolean stops) {
    stopsOnCancel = stops;
  }

  @Override
  public void cancel(long id) {
    if (!stopsOnCancel) {
      return;
    }
    for (Running batch : running) {
      Optional<EngineRequest> found =
          batch.requests().stream().filter(request -> request.id() == id).findAny();
      if (found.isPresent()) {
        batch.requests().remove(found.get());
        batch.listener().done(id, new Outcome.Cancelled());
      }
    }
  }

  @Override
  public void onCapacity(Runnable listener) {
    capacityListener = listener;
  }

  @Override
  public void close() {
    closed = true;
    running.clear();
  }

  boolean isClosed() {
    return closed;
  }

  /** All batches so far, in the order in which they were started. */
  List<List<EngineRequest>> started() {
    return started;
  }

  int runningBatches() {
    return running.size();
  }

  /** Ends the n-th of the running batches; each request is answered with its own inputs. */
  void finish(int index) {
    finish(index, request -> new Outcome.Scored(request.inputs()));
  }

  /** Ends the oldest running batch with a failure of every request. */
  void fail(String message) {
    finish(0, request -> new Outcome.Failed(message));
  }

  /** Ends the n-th of the running batches. */
  void finish(int index, Function<EngineRequest, Outcome> outcome) {
    Running ended = running.remove(index);
    capacityListener.run();
    for (EngineRequest request : ended.requests()) {
      ended.listener().done(request.id(), outcome.apply(request));
    }
  }

  private record Running(List<EngineRequest> requests, EngineListener listener) {}
}

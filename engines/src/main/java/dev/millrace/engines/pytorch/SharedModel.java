package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Rehearsal;
import dev.millrace.engines.StreamArbiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded model, the streams that score with it, and the views of all who use it.
 *
 * <p>Batches wait in one line for the next idle stream. When a stream is done with a batch it first
 * counts as idle, then all users hear that there is capacity, then the batch's own user hears the
 * outcomes: the next batch can start while answers are still written.
 */
final class SharedModel implements SharedEngine {
  private static final Logger LOG = LoggerFactory.getLogger(SharedModel.class);

  private final ModelSpec spec;
  private final PyTorchModel model;
  private final List<Thread> streams = new ArrayList<>();
  private final List<EngineView> views = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Batch> line = new LinkedBlockingQueue<>();

  private final StreamArbiter arbiter;

  /** Of the stream that was set up last: with each the JVM has compiled more of what they share. */
  private List<Rehearsal> rehearsals = List.of();

  private SharedModel(ModelSpec spec, PyTorchModel model, int streams) {
    this.spec = spec;
    this.model = model;
    this.arbiter = new StreamArbiter(streams, HANDOVER_NANOS, StreamArbiter.Clock.SYSTEM);
  }

  /** Requests that were handed over together, and who hears what becomes of them. */
  record Batch(List<EngineRequest> requests, EngineView view, EngineListener listener) {}

  static SharedModel start(ModelSpec spec, PyTorchModel model, int streams)
      throws EngineUnavailableException {
    SharedModel shared = new SharedModel(spec, model, streams);
    for (int stream = 0; stream < streams; stream++) {
      BatchScorer scorer = new BatchScorer(model, spec.signature());
      shared.rehearsals = WarmUp.run(spec, scorer);
      Thread thread =
          new Thread(
              () -> shared.runStream(scorer), "pytorch-" + spec.version() + "-stream-" + stream);
      thread.setDaemon(true);
      shared.streams.add(thread);
    }
    shared.streams.forEach(Thread::start);
    return shared;
  }

  @Override
  public EngineView connect(Runnable onClose) {
    EngineView view = new EngineView(this, arbiter, onClose);
    views.add(view);
    return view;
  }

  @Override
  public void disconnect(EngineView view) {
    views.remove(view);
    view.share().leave();
    line.removeIf(
        batch -> {
          boolean abandoned = batch.view() == view;
          if (abandoned) {
            view.share().free();
          }
          return abandoned;
        });
  }

  @Override
  public int capacity(EngineView view) {
    return view.share().mayTake() ? maximumCapacity() : 0;
  }

  @Override
  public double utilisation() {
    return arbiter.utilisation();
  }

  @Override
  public List<Rehearsal> rehearsals() {
    return rehearsals;
  }

  @Override
  public int maximumCapacity() {
    return spec.maximumBatchRows();
  }

  @Override
  public void submit(List<EngineRequest> requests, EngineView view, EngineListener listener) {
    view.share().take();
    line.add(new Batch(requests, view, listener));
  }

  @Override
  public void cancel(EngineView view, long id) {
    withdraw(view, id)
        .ifPresent(
            listener ->
                view.deliver(List.of(new Completion(id, new Outcome.Cancelled())), listener));
  }

  /**
   * Takes a request back if its batch still waits.
   *
   * @return who was to hear of it; empty when it is too late
   */
  private Optional<EngineListener> withdraw(EngineView view, long id) {
    for (Batch batch : line) {
      if (batch.view() == view
          && batch.requests().stream().anyMatch(request -> request.id() == id)
          && line.remove(batch)) {
        List<EngineRequest> others =
            batch.requests().stream().filter(request -> request.id() != id).toList();
        if (others.isEmpty()) {
          view.share().free();
        } else {
          line.add(new Batch(others, view, batch.listener()));
        }
        return Optional.of(batch.listener());
      }
    }
    return Optional.empty();
  }

  private void runStream(BatchScorer scorer) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Batch batch = line.take();
        List<Completion> completions = score(scorer, batch);
        batch.view().share().free();
        views.forEach(EngineView::capacityIsFree);
        batch.view().deliver(completions, batch.listener());
      }
    } catch (InterruptedException e) {
      LOG.debug("Stream of {} ends.", spec.version());
    }
  }

  private List<Completion> score(BatchScorer scorer, Batch batch) {
    try {
      return scorer.score(batch.requests());
    } catch (Error e) {
      // Out of memory, say. The batch is lost, but a stream that died would take the capacity with
      // it.
      LOG.error("Scoring {} requests with {} failed.", batch.requests().size(), spec.version(), e);
      Outcome failed = new Outcome.Failed(EngineMessages.of(e));
      return batch.requests().stream()
          .map(request -> new Completion(request.id(), failed))
          .toList();
    }
  }

  /** Ends the streams, each after the batch it is scoring, and unloads the model. */
  @Override
  public void close() {
    streams.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread stream : streams) {
      while (stream.isAlive()) {
        try {
          stream.join();
        } catch (InterruptedException e) {
          // The memory must not go while libtorch computes, so this waits on and tells the caller
          // later.
          interrupted = true;
        }
      }
    }
    model.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

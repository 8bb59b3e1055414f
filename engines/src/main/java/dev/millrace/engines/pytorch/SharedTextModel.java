package dev.millrace.engines.pytorch;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Rehearsal;
import dev.millrace.engines.StreamArbiter;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Work;
import dev.millrace.engines.generation.GenerationListener;
import dev.millrace.engines.generation.TextGenerator;
import dev.millrace.engines.generation.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A loaded text model, its decode loop, and the views of all who use it. Its slots are divided
 * among them as the streams of other models are.
 */
final class SharedTextModel implements SharedEngine {
  private final PyTorchModel model;
  private final TextModelSpec text;
  private final TextGenerator generator;
  private final StreamArbiter arbiter;
  private final List<EngineView> views = new CopyOnWriteArrayList<>();
  private final Map<EngineView, Map<Long, TextGenerator.Ticket>> running =
      new ConcurrentHashMap<>();

  private SharedTextModel(PyTorchModel model, TextModelSpec text, TextGenerator generator) {
    this.model = model;
    this.text = text;
    this.generator = generator;
    this.arbiter = new StreamArbiter(text.slots(), HANDOVER_NANOS, StreamArbiter.Clock.SYSTEM);
  }

  /**
   * Starts the decode loop of a model that has been loaded.
   *
   * @throws EngineUnavailableException when it has not the contract, or its tokenizer is none
   */
  static SharedTextModel start(ModelSpec spec, TextModelSpec text, PyTorchModel model)
      throws EngineUnavailableException {
    TextTokenizer tokenizer =
        HuggingFaceTextTokenizer.open(Path.of(spec.directory(), TextModelSpec.TOKENIZER));
    try {
      PyTorchSequenceModel sequences = PyTorchSequenceModel.over(model, text);
      TextWarmUp.run(spec, sequences);
      TextGenerator generator =
          TextGenerator.start(
              "pytorch-" + spec.version() + "-decode",
              sequences,
              tokenizer,
              text.ends(),
              text.settings());
      return new SharedTextModel(model, text, generator);
    } catch (EngineUnavailableException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public EngineView connect(Runnable onClose) {
    EngineView view = new EngineView(this, arbiter, onClose);
    running.put(view, new ConcurrentHashMap<>());
    views.add(view);
    return view;
  }

  @Override
  public void disconnect(EngineView view) {
    views.remove(view);
    view.share().leave();
    Map<Long, TextGenerator.Ticket> abandoned = running.remove(view);
    if (abandoned != null) {
      abandoned.values().forEach(generator::cancel);
    }
  }

  /** One at a time, since each may be another user's turn. */
  @Override
  public int capacity(EngineView view) {
    return view.share().mayTake() ? 1 : 0;
  }

  @Override
  public double utilisation() {
    return arbiter.utilisation();
  }

  @Override
  public int maximumCapacity() {
    return text.slots();
  }

  @Override
  public List<Rehearsal> rehearsals() {
    return List.of();
  }

  @Override
  public void submit(List<EngineRequest> requests, EngineView view, EngineListener listener) {
    for (EngineRequest request : requests) {
      if (!(request.work() instanceof Work.Generation work)) {
        throw new IllegalArgumentException("request %d asks for no text".formatted(request.id()));
      }
      for (int sequence = 0; sequence < work.sequences(); sequence++) {
        view.share().take();
      }
      Hearing hearing = new Hearing(view, listener);
      Map<Long, TextGenerator.Ticket> tickets = running.get(view);
      TextGenerator.Ticket ticket = generator.submit(request, work, hearing);
      if (tickets != null) {
        tickets.put(request.id(), ticket);
        if (hearing.done) {
          tickets.remove(request.id(), ticket);
        }
      }
    }
  }

  @Override
  public void cancel(EngineView view, long id) {
    Map<Long, TextGenerator.Ticket> tickets = running.get(view);
    TextGenerator.Ticket ticket = tickets == null ? null : tickets.get(id);
    if (ticket != null) {
      generator.cancel(ticket);
    }
  }

  @Override
  public void close() {
    generator.close();
    model.close();
  }

  /** Hears what becomes of a view's requests, and passes it on. */
  private final class Hearing implements GenerationListener {
    private final EngineView view;
    private final EngineListener listener;
    private volatile boolean done;

    private Hearing(EngineView view, EngineListener listener) {
      this.view = view;
      this.listener = listener;
    }

    @Override
    public void progress(long id, Progress progress) {
      view.deliver(id, progress, listener);
    }

    @Override
    public void sequenceEnded() {
      view.share().free();
      views.forEach(EngineView::capacityIsFree);
    }

    @Override
    public void done(long id, Outcome outcome) {
      done = true;
      Map<Long, TextGenerator.Ticket> tickets = running.get(view);
      if (tickets != null) {
        tickets.remove(id);
      }
      view.deliver(List.of(new Completion(id, outcome)), listener);
    }
  }
}

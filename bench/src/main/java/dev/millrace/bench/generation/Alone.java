package dev.millrace.bench.generation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineListener;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GpuAllotment;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The engine without Kafka and Flink, given texts in different ways. Confined to one thread. */
final class Alone implements AutoCloseable {
  private final Engine engine;
  private final int slots;
  private long nextId;

  private Alone(Engine engine, int slots) {
    this.engine = engine;
    this.slots = slots;
  }

  /** Loads the model, or joins who has loaded it. */
  static Alone open(ModelSpec model, EngineProvider engines) throws BenchmarkException {
    try {
      Engine engine = engines.open(model, GpuAllotment.UNMANAGED);
      return new Alone(engine, engine.maximumCapacity());
    } catch (EngineUnavailableException e) {
      throw new BenchmarkException(String.valueOf(e.getMessage()), e);
    }
  }

  /** All at once: they wait inside the engine, and each begins when a slot frees. */
  List<Pace.Ended> continuous(List<TextRequest> requests) throws InterruptedException {
    Run run = new Run(requests.size());
    for (TextRequest request : requests) {
      start(request, request.tokens(), run);
    }
    return run.await();
  }

  /** One after the other, for some time. */
  List<Pace.Ended> oneAtATime(List<TextRequest> requests, Duration duration)
      throws InterruptedException {
    List<Pace.Ended> ended = new ArrayList<>();
    long begin = System.nanoTime();
    for (TextRequest request : requests) {
      if (System.nanoTime() - begin >= duration.toNanos()) {
        break;
      }
      Run run = new Run(1);
      start(request, request.tokens(), run);
      ended.addAll(run.await());
    }
    return ended;
  }

  /**
   * As many as there are slots together, padded to the longest prompt and the longest text of them;
   * the next when all of these have ended. Only what was asked for counts.
   */
  List<Pace.Ended> staticBatches(List<TextRequest> requests, Duration duration)
      throws InterruptedException {
    List<Pace.Ended> ended = new ArrayList<>();
    long begin = System.nanoTime();
    for (int from = 0; from + slots <= requests.size(); from += slots) {
      if (System.nanoTime() - begin >= duration.toNanos()) {
        break;
      }
      List<TextRequest> batch = requests.subList(from, from + slots);
      int prompt = batch.stream().mapToInt(request -> request.prompt().size()).max().orElseThrow();
      int text = batch.stream().mapToInt(TextRequest::tokens).max().orElseThrow();
      Run run = new Run(slots);
      for (TextRequest request : batch) {
        start(request.paddedTo(prompt, text), request.tokens(), run);
      }
      ended.addAll(run.await());
    }
    return ended;
  }

  /** Nanoseconds until the first token of a text on an engine that does nothing else. */
  long firstToken(TextRequest request) throws InterruptedException {
    Tokens heard = new Tokens(1);
    long begin = System.nanoTime();
    engine.start(List.of(new EngineRequest(nextId++, request.work())), heard);
    heard.done.await();
    return heard.times.get(0) - begin;
  }

  /**
   * Nanoseconds from token to token of each of some texts, while others come one after the other.
   *
   * @param beside none for undisturbed texts
   */
  List<Long> gaps(List<TextRequest> texts, List<TextRequest> beside) throws InterruptedException {
    List<Tokens> heard = new ArrayList<>();
    for (TextRequest text : texts) {
      Tokens tokens = new Tokens(1);
      heard.add(tokens);
      engine.start(List.of(new EngineRequest(nextId++, text.work())), tokens);
    }
    for (TextRequest other : beside) {
      Tokens tokens = new Tokens(1);
      engine.start(List.of(new EngineRequest(nextId++, other.work())), tokens);
      tokens.done.await();
    }
    List<Long> gaps = new ArrayList<>();
    for (Tokens tokens : heard) {
      tokens.done.await();
      for (int token = 1; token < tokens.times.size(); token++) {
        gaps.add(tokens.times.get(token) - tokens.times.get(token - 1));
      }
    }
    return gaps;
  }

  int slots() {
    return slots;
  }

  private void start(TextRequest request, int counted, Run run) {
    engine.start(
        List.of(new EngineRequest(nextId++, request.work())),
        (id, outcome) -> run.ended(counted, request.tokens(), outcome));
  }

  /** Texts that are waited for. */
  private static final class Run {
    private final List<Pace.Ended> ended;
    private final CountDownLatch left;
    private volatile @Nullable Outcome failure;

    private Run(int texts) {
      ended = new ArrayList<>(texts);
      left = new CountDownLatch(texts);
    }

    /**
     * A text has ended.
     *
     * @param counted the tokens of it that were asked for
     * @param wanted how many it must have, padding included
     */
    private void ended(int counted, int wanted, Outcome outcome) {
      if (!(outcome instanceof Outcome.Generated generated)
          || generated.usage().completionTokens() != wanted) {
        failure = outcome;
      }
      // Always the thread of the decode loop.
      ended.add(new Pace.Ended(System.nanoTime(), counted));
      left.countDown();
    }

    private List<Pace.Ended> await() throws InterruptedException {
      left.await();
      if (failure != null) {
        throw new IllegalStateException("a text was not generated whole: " + failure);
      }
      return ended;
    }
  }

  /** When the tokens of a text came. */
  private static final class Tokens implements EngineListener {
    private final List<Long> times = new ArrayList<>();
    private final CountDownLatch done;

    private Tokens(int texts) {
      done = new CountDownLatch(texts);
    }

    @Override
    public void progress(long id, Progress progress) {
      times.add(System.nanoTime());
    }

    @Override
    public void done(long id, Outcome outcome) {
      done.countDown();
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}

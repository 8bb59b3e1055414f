package dev.millrace.engines.generation;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.Work;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decode loop of a model on a device: one thread, which computes as long as there is a
 * sequence, and hears of new requests and of cancels between two steps. Prompts are computed by it
 * too, or by a second thread.
 *
 * <p>Safe for use by several threads.
 */
public final class TextGenerator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TextGenerator.class);

  private final SequenceModel model;
  private final TextTokenizer tokenizer;
  private final ContinuousBatch batch;
  private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final @Nullable ExecutorService prefills;
  private boolean closing;

  private TextGenerator(
      String name,
      SequenceModel model,
      TextTokenizer tokenizer,
      List<Integer> ends,
      GenerationSettings settings) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.prefills = settings.prefillStream() ? prefillThread(name) : null;
    this.batch =
        new ContinuousBatch(
            model,
            new Sequence.Vocabulary(tokenizer, ends),
            settings,
            prefills == null ? PrefillStream.BETWEEN_STEPS : this::prefill,
            System::nanoTime);
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  /**
   * Starts a loop.
   *
   * @param name of its thread
   * @param model which the loop alone uses from now on; both are closed with it
   * @param ends the tokens that end a text
   */
  public static TextGenerator start(
      String name,
      SequenceModel model,
      TextTokenizer tokenizer,
      List<Integer> ends,
      GenerationSettings settings) {
    TextGenerator generator = new TextGenerator(name, model, tokenizer, ends, settings);
    generator.thread.start();
    return generator;
  }

  private static ExecutorService prefillThread(String name) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, name + "-prefill");
          thread.setDaemon(true);
          return thread;
        });
  }

  private void prefill(Runnable call, Runnable taken) {
    Objects.requireNonNull(prefills)
        .execute(
            () -> {
              call.run();
              commands.add(() -> guarded(taken));
            });
  }

  /** A request that was submitted, to take it back by. */
  public static final class Ticket {
    private final Generation generation;

    private Ticket(Generation generation) {
      this.generation = generation;
    }
  }

  /** Submits a request. Its sequences wait for slots in the order of submission. */
  public Ticket submit(EngineRequest request, Work.Generation work, GenerationListener listener) {
    Generation generation = new Generation(request, work, listener, System.nanoTime());
    commands.add(() -> add(generation));
    return new Ticket(generation);
  }

  private void add(Generation generation) {
    try {
      batch.add(generation);
    } catch (RuntimeException e) {
      LOG.error("A request of {} cannot begin.", thread.getName(), e);
      batch.fail(generation, String.valueOf(e.getMessage()));
    }
  }

  /** Stops a request before the next step, unless it has ended. */
  public void cancel(Ticket ticket) {
    commands.add(
        () -> {
          if (!ticket.generation.hasEnded()) {
            batch.cancel(ticket.generation);
          }
        });
  }

  private void run() {
    try {
      while (!closing) {
        Runnable command = batch.canStep() ? commands.poll() : commands.take();
        for (; command != null; command = commands.poll()) {
          command.run();
        }
        if (batch.canStep() && !closing) {
          guarded(batch::step);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("The decode loop {} ends.", thread.getName());
    }
  }

  private void guarded(Runnable part) {
    try {
      part.run();
    } catch (RuntimeException | Error e) {
      // What is resident is lost to its users, but a loop that died would take the model with it.
      LOG.error("A step of {} failed.", thread.getName(), e);
      for (Generation generation : batch.generations()) {
        batch.fail(generation, String.valueOf(e.getMessage()));
      }
    }
  }

  /** Ends the loop after its step; who is still resident hears nothing more. */
  @Override
  public void close() {
    commands.add(() -> closing = true);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    // The memory must not go while the model computes.
    interrupted |= prefills != null && hasBeenInterrupted(prefills);
    model.close();
    tokenizer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until a stream has ended, whatever interrupts that. */
  private static boolean hasBeenInterrupted(ExecutorService stream) {
    boolean interrupted = false;
    stream.shutdown();
    while (!stream.isTerminated()) {
      try {
        stream.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}

package dev.millrace.engines.generation;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.Work;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decode loop of a model on a device: one thread, which computes as long as there is a
 * sequence, and hears of new requests and of cancels between two steps.
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
  private boolean closing;

  private TextGenerator(
      String name,
      SequenceModel model,
      TextTokenizer tokenizer,
      List<Integer> ends,
      GenerationSettings settings) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.batch =
        new ContinuousBatch(
            model, new Sequence.Vocabulary(tokenizer, ends), settings, System::nanoTime);
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
        Runnable command = batch.isIdle() ? commands.take() : commands.poll();
        for (; command != null; command = commands.poll()) {
          command.run();
        }
        if (!batch.isIdle() && !closing) {
          step();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("The decode loop {} ends.", thread.getName());
    }
  }

  private void step() {
    try {
      batch.step();
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
        // The memory must not go while the model computes.
        interrupted = true;
      }
    }
    model.close();
    tokenizer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

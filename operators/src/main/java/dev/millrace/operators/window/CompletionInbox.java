package dev.millrace.operators.window;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.Outcome;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings what engines say from their threads to the mailbox thread: one mail for any number of
 * completions.
 *
 * <p>{@link #done} and {@link #wake} may be called from any thread, the others from the mailbox
 * thread only.
 */
final class CompletionInbox implements EngineListener {
  private final Queue<Completion> completions = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean mailed = new AtomicBoolean();
  private final Runnable mail;

  /** What became of a request. */
  record Completion(long id, Outcome outcome) {}

  /**
   * @param mail asks the mailbox thread to {@link #open} this inbox soon
   */
  CompletionInbox(Runnable mail) {
    this.mail = mail;
  }

  @Override
  public void done(long id, Outcome outcome) {
    completions.add(new Completion(id, outcome));
    wake();
  }

  /** Has the mailbox thread look again, since capacity may have become free. */
  void wake() {
    if (mailed.compareAndSet(false, true)) {
      mail.run();
    }
  }

  /**
   * To be called when a mail is read, before the completions are taken: what comes later brings
   * another mail.
   */
  void open() {
    mailed.set(false);
  }

  /** Takes the oldest completion. */
  Optional<Completion> take() {
    return Optional.ofNullable(completions.poll());
  }
}

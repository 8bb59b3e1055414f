package dev.millrace.operators.window;

import dev.millrace.engines.EngineListener;
import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Brings what engines say from their threads to the mailbox thread: one mail for any number of
 * events.
 *
 * <p>{@link #done}, {@link #progress} and {@link #wake} may be called from any thread, the others
 * from the mailbox thread only.
 */
final class EngineInbox implements EngineListener {
  private final Queue<Event> events = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean mailed = new AtomicBoolean();
  private final Runnable mail;

  /** What an engine said of a request. */
  sealed interface Event {
    /** It has ended. */
    record Ended(long id, Outcome outcome) implements Event {}

    /** It has one more token. */
    record Advanced(long id, Progress progress) implements Event {}
  }

  /**
   * @param mail asks the mailbox thread to {@link #open} this inbox soon
   */
  EngineInbox(Runnable mail) {
    this.mail = mail;
  }

  @Override
  public void done(long id, Outcome outcome) {
    events.add(new Event.Ended(id, outcome));
    wake();
  }

  @Override
  public void progress(long id, Progress progress) {
    events.add(new Event.Advanced(id, progress));
    wake();
  }

  /** Has the mailbox thread look again, since capacity may have become free. */
  void wake() {
    if (mailed.compareAndSet(false, true)) {
      mail.run();
    }
  }

  /**
   * To be called when a mail is read, before the events are taken: what comes later brings another
   * mail.
   */
  void open() {
    mailed.set(false);
  }

  /** Takes the oldest event. */
  Optional<Event> take() {
    return Optional.ofNullable(events.poll());
  }
}

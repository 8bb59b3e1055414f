package dev.millrace.operators.window;

import dev.millrace.engines.Outcome;
import dev.millrace.engines.Progress;
import dev.millrace.engines.Work;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.answers.Results;
import dev.millrace.operators.batching.InFlight;
import dev.millrace.protocol.Result;

/**
 * What becomes of texts between their dispatch and their end: their tokens are noted, streamed and
 * kept for a restore, and those whose deadline passes are stopped.
 *
 * <p>Confined to the mailbox thread.
 */
final class RunningTexts {
  private final InFlight inFlight;
  private final ModelWindows windows;
  private final WaitingRequests waiting;
  private final Answers answers;

  /**
   * @param inFlight which others fill and empty
   */
  RunningTexts(InFlight inFlight, ModelWindows windows, WaitingRequests waiting, Answers answers) {
    this.inFlight = inFlight;
    this.windows = windows;
    this.waiting = waiting;
    this.answers = answers;
  }

  /** Notes what an engine has generated, and sends it on to who waits for each piece. */
  void advance(EngineInbox.Event.Advanced advanced) {
    InFlight.Flight flight = inFlight.get(advanced.id());
    Progress progress = advanced.progress();
    flight.advance(progress);
    QueuedRequest request = flight.request();
    windows.of(request.model()).orElseThrow().metrics().generated();
    if (isStreamed(request) && !progress.text().isEmpty()) {
      answers.stream(request, progress);
    }
  }

  /** Pieces go where the answer goes at once; the result topic has whole answers only. */
  private static boolean isStreamed(QueuedRequest request) {
    return request.envelope().reply() != null
        && request.work() instanceof Work.Generation generation
        && generation.stream();
  }

  /**
   * Notes in state what was generated since the last checkpoint. What was sent of it was sent
   * before, so that a text that goes on behind it has no piece that nobody got.
   */
  void snapshot() throws Exception {
    for (InFlight.Flight flight : inFlight.all()) {
      if (flight.takeNews()) {
        waiting.resumeBehind(flight.generated(), flight.entry());
      }
    }
  }

  /**
   * Stops those whose deadline has passed.
   *
   * @return when the next deadline passes, epoch milliseconds; {@link Long#MAX_VALUE} for never
   */
  long stopOverdue(long now) {
    for (InFlight.Flight flight : inFlight.overdue(now)) {
      windows.of(flight.request().model()).ifPresent(window -> window.cancel(flight.id()));
    }
    return inFlight.nextDeadline();
  }

  /** What the outcome of any request means to who asked. */
  static Result result(InFlight.Flight flight, Outcome outcome) {
    return flight.isOverdue() && outcome instanceof Outcome.Cancelled cancelled
        ? Results.overdue(flight.request(), cancelled)
        : Results.of(flight.request(), outcome);
  }
}

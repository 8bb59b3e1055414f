package dev.millrace.operators.window;

import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.answers.Results;
import dev.millrace.operators.answers.TaskWriter;
import dev.millrace.operators.queue.Arrivals;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.ShapeLanes;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelVersion;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives what comes to a task: lets requests wait, or answers them at once, and takes requests
 * back.
 *
 * <p>Confined to the mailbox thread.
 */
final class Reception {
  private final Overflow overflow;
  private final int maximumPending;
  private final Bounds bounds;
  private final Arrivals arrivals = new Arrivals();
  private final RecentIds recentIds;
  private final WaitingRequests waiting;
  private final Answers answers;
  private final Serving serving;
  private final WindowMetrics metrics;
  private final LongSupplier clock;
  private final BackPressure backPressure;

  /** Lets other work go on until something may have changed. */
  @FunctionalInterface
  interface BackPressure {
    void hold() throws Exception;
  }

  /**
   * @param clock epoch milliseconds
   */
  Reception(
      QueueSettings settings,
      RecentIds recentIds,
      WaitingRequests waiting,
      Answers answers,
      Serving serving,
      WindowMetrics metrics,
      LongSupplier clock,
      BackPressure backPressure) {
    this.overflow = settings.overflow();
    this.maximumPending = settings.maximumPending();
    this.bounds = new Bounds(settings);
    this.recentIds = recentIds;
    this.waiting = waiting;
    this.answers = answers;
    this.serving = serving;
    this.metrics = metrics;
    this.clock = clock;
    this.backPressure = backPressure;
  }

  /** Receives what was decided of a record, under its lane's key. */
  void receive(int laneKey, Admission admission) throws Exception {
    if (admission instanceof Admission.Accepted accepted) {
      accept(laneKey, accepted.request());
    } else if (admission instanceof Admission.Cancel cancel) {
      cancel(laneKey, cancel);
    } else if (admission instanceof Admission.Refused refused) {
      Envelope envelope = ownHistory(laneKey, refused.envelope());
      refuse(laneKey, new Admission.Refused(envelope, refused.model(), refused.result()));
    }
  }

  /** The history under an id is that of the task which was accepted with it; others have none. */
  private Envelope ownHistory(int laneKey, Envelope refused) throws Exception {
    return refused.task() && recentIds.isOfATask(laneKey, refused)
        ? refused.withoutTask()
        : refused;
  }

  private void accept(int laneKey, QueuedRequest request) throws Exception {
    Envelope envelope = request.envelope();
    Optional<String> first = recentIds.first(laneKey, envelope);
    if (first.isPresent()) {
      metrics.dropped(DropReason.DUPLICATE);
      refuse(
          laneKey,
          ownHistory(laneKey, envelope),
          request.model(),
          Results.duplicate(request, first.get()));
      return;
    }
    ModelWindow window = serving.windows().of(request.model()).orElse(null);
    if (window == null) {
      // It was on its way when the job was stopped, and the job that is here now has other models.
      refuse(laneKey, envelope, request.model(), Results.modelGone(request));
      return;
    }
    Optional<String> full = makeRoom(window, request);
    if (full.isPresent()) {
      metrics.dropped(DropReason.OVERLOADED);
      refuse(laneKey, envelope, request.model(), Results.overloaded(request, full.get()));
      return;
    }
    recentIds.remember(laneKey, envelope);
    long now = clock.getAsLong();
    QueueEntry entry = entry(laneKey, arrivals.next(now), request);
    waiting.put(entry, request);
    answers.expect(entry, envelope);
    answers.tasks().queued(request, now);
    serving.accept(window, entry, request, now);
  }

  /** Makes room as the settings say; the bound that is reached when there is none. */
  private Optional<String> makeRoom(ModelWindow window, QueuedRequest request) throws Exception {
    while (true) {
      Optional<Bounds.Reached> reached =
          bounds.reached(serving.windows(), window, request, serving.pending());
      if (reached.isEmpty()) {
        return Optional.empty();
      }
      String bound = reached.get().description();
      switch (overflow) {
        case BACK_PRESSURE -> backPressure.hold();
        case REJECT -> {
          return Optional.of(bound);
        }
        case DROP_LOWEST_PRIORITY -> {
          Optional<Bounds.Spare> spare = reached.get().spare();
          if (spare.isEmpty() || spare.get().entry().priority() <= request.priority()) {
            return Optional.of(bound);
          }
          serving.evict(spare.get(), bound);
        }
      }
    }
  }

  private void cancel(int laneKey, Admission.Cancel cancel) throws Exception {
    Envelope envelope = cancel.envelope();
    Serving.Cancelled cancelled =
        serving.cancel(
            envelope.tenant(), cancel.target(), name(envelope.tenant(), cancel.target()));
    ErrorResult result =
        cancelled.isNone()
            ? Results.cancelTooLate(envelope, cancel.target())
            : Results.cancelDone(
                envelope, cancel.target(), cancelled.waiting(), cancelled.inFlight());
    refuse(laneKey, envelope, null, result);
  }

  private void refuse(
      int laneKey, Envelope envelope, @Nullable ModelVersion model, ErrorResult result)
      throws Exception {
    refuse(
        laneKey,
        new Admission.Refused(
            envelope, model == null ? null : TaskWriter.reference(model), result));
  }

  private void refuse(int laneKey, Admission.Refused refused) throws Exception {
    while (answers.mustHold(refused.envelope()) && serving.pending() >= maximumPending) {
      // Refusals that wait for earlier answers of their key are bounded like all that waits.
      backPressure.hold();
    }
    answers.refuse(heldEntry(laneKey, arrivals.next(clock.getAsLong())), refused);
  }

  /** The entry of a request that a restore has brought back. */
  QueueEntry restored(int laneKey, long arrival, QueuedRequest request) {
    arrivals.follow(arrival);
    return entry(laneKey, arrival, request);
  }

  /** The entry of a refusal that a restore has brought back. */
  QueueEntry restoredRefusal(int laneKey, long arrival) {
    arrivals.follow(arrival);
    return heldEntry(laneKey, arrival);
  }

  private static QueueEntry entry(int laneKey, long arrival, QueuedRequest request) {
    Envelope envelope = request.envelope();
    return new QueueEntry(
        laneKey,
        arrival,
        request.priority(),
        envelope.deadline(),
        request.rows(),
        request.length() == 0 ? ShapeLanes.FIXED : ShapeLanes.of(request.length()),
        name(envelope.tenant(), envelope.id()));
  }

  /** Only a place among others: it never waits in a queue. */
  private static QueueEntry heldEntry(int laneKey, long arrival) {
    return new QueueEntry(laneKey, arrival, 1, Long.MAX_VALUE, 1, ShapeLanes.FIXED, 0);
  }

  /** 64 bits of tenant and id. */
  private static long name(String tenant, String id) {
    return ((long) tenant.hashCode() << Integer.SIZE) ^ spread(id);
  }

  /** FNV-1a: two ids of one tenant seldom share a name, even among millions. */
  private static long spread(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int index = 0; index < id.length(); index++) {
      hash = (hash ^ id.charAt(index)) * 0x100000001b3L;
    }
    return hash;
  }
}

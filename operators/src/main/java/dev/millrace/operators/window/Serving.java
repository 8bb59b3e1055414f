package dev.millrace.operators.window;

import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Outcome;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.answers.Handling;
import dev.millrace.operators.answers.Results;
import dev.millrace.operators.batching.BatchDecision;
import dev.millrace.operators.batching.InFlight;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * Takes requests from their queues to the engines, and from there to their answers. Every request
 * here is in {@link WaitingRequests} until it is answered.
 *
 * <p>Confined to the mailbox thread.
 */
final class Serving {
  private final ModelWindows windows;
  private final WaitingRequests waiting;
  private final Answers answers;
  private final Sharing sharing;
  private final EngineInbox inbox;
  private final WindowMetrics metrics;
  private final LongSupplier clock;
  private final NanoClock nanoClock;
  private final InFlight inFlight = new InFlight();
  private final RunningTexts texts;

  /** Requests whose model is deployed no more, found by a restore. */
  private final Queue<QueueEntry> orphans = new ArrayDeque<>();

  /**
   * @param inbox hears what the engines say
   * @param clock epoch milliseconds
   */
  Serving(
      ModelWindows windows,
      WaitingRequests waiting,
      Answers answers,
      Sharing sharing,
      EngineInbox inbox,
      WindowMetrics metrics,
      LongSupplier clock,
      NanoClock nanoClock) {
    this.windows = windows;
    this.waiting = waiting;
    this.answers = answers;
    this.sharing = sharing;
    this.inbox = inbox;
    this.metrics = metrics;
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.texts = new RunningTexts(inFlight, windows, waiting, answers);
  }

  /** Lets a request wait that has just come, unless the cache has its answer. */
  void accept(ModelWindow window, QueueEntry entry, QueuedRequest request, long now)
      throws Exception {
    Sharing.Joining joining = sharing.join(entry, request, window.serving().cacheTtl(), now);
    if (joining instanceof Sharing.Joining.Cached cached) {
      answers.answer(
          entry, request, Results.shared(request, cached.outputs()), Handling.ofCache(0));
    } else {
      join(window, entry, request, joining, now);
    }
  }

  /** Lets a request wait that a restore has brought back. */
  void restore(QueueEntry entry, QueuedRequest request) {
    Optional<ModelWindow> window = windows.of(request.model());
    if (window.isEmpty()) {
      orphans.add(entry);
      return;
    }
    Duration cacheTtl = window.get().serving().cacheTtl();
    join(window.get(), entry, request, sharing.rejoin(entry, request, cacheTtl), clock.getAsLong());
  }

  private void join(
      ModelWindow window,
      QueueEntry entry,
      QueuedRequest request,
      Sharing.Joining joining,
      long now) {
    if (joining instanceof Sharing.Joining.TakesOver takesOver) {
      window.queue().remove(takesOver.from());
    }
    if (!(joining instanceof Sharing.Joining.Follows)) {
      window.add(entry, request, now);
    }
  }

  /**
   * Starts what the engines can take, and ends what has come too late.
   *
   * @return when to be called again even if nothing happens, epoch milliseconds
   */
  long serve() throws Exception {
    long next = Long.MAX_VALUE;
    for (ModelWindow window : windows.all()) {
      next = Math.min(next, serve(window));
    }
    // With those that have just been dispatched.
    next = Math.min(next, texts.stopOverdue(clock.getAsLong()));
    while (!orphans.isEmpty()) {
      QueueEntry orphan = orphans.remove();
      QueuedRequest request = waiting.get(orphan);
      answers.answer(
          orphan,
          request,
          Results.modelGone(request),
          Handling.unscored(orphan.waited(clock.getAsLong())));
    }
    return next;
  }

  private long serve(ModelWindow window) throws Exception {
    while (true) {
      long now = clock.getAsLong();
      BatchDecision decision = window.decide(now);
      if (decision instanceof BatchDecision.Dispatch dispatch) {
        dispatch(window, dispatch.requests(), now);
      } else if (decision instanceof BatchDecision.Drop drop) {
        for (QueueEntry entry : drop.expired()) {
          expire(window, entry, now);
        }
      } else if (decision instanceof BatchDecision.WaitUntil wait) {
        return wait.time();
      }
    }
  }

  private void dispatch(ModelWindow window, List<QueueEntry> entries, long now) throws Exception {
    int rows = entries.stream().mapToInt(QueueEntry::rows).sum();
    InFlight.Batch batch = new InFlight.Batch(entries, nanoClock.nanoTime());
    List<EngineRequest> requests = new ArrayList<>(entries.size());
    List<QueuedRequest> asked = new ArrayList<>(entries.size());
    Padding padding = new Padding();
    for (QueueEntry entry : entries) {
      QueuedRequest request = waiting.get(entry);
      long waited = entry.waited(now);
      List<List<GeneratedToken>> before = waiting.generated(entry);
      InFlight.Flight flight = inFlight.begin(entry, request, batch, waited, before);
      requests.add(new EngineRequest(flight.id(), request.work(), before));
      asked.add(request);
      padding.add(request.rows(), request.length());
      window.metrics().waited(entry.priority(), waited);
    }
    window.metrics().dispatched(entries.size(), rows, padding);
    window.start(requests, inbox);
    answers.tasks().running(asked, now);
  }

  private void expire(ModelWindow window, QueueEntry entry, long now) throws Exception {
    window.metrics().deadlineMissed();
    metrics.dropped(DropReason.EXPIRED);
    long waited = entry.waited(now);
    leave(window, entry, request -> Results.expired(request, waited), now);
  }

  /** Ends a request that has left its queue unscored; who followed it goes on waiting. */
  private void leave(ModelWindow window, QueueEntry entry, Ending ending, long now)
      throws Exception {
    QueuedRequest request = waiting.get(entry);
    ErrorResult result = Results.counting(ending.of(request), request, waiting.generated(entry));
    answers.answer(entry, request, result, Handling.unscored(entry.waited(now)));
    succeed(window, entry, now);
  }

  private void succeed(ModelWindow window, QueueEntry leader, long now) throws Exception {
    QueueEntry successor = sharing.succeed(leader);
    if (successor != null) {
      window.add(successor, waiting.get(successor), now);
    }
  }

  /** Answers what an engine has ended. */
  void complete(EngineInbox.Event.Ended ended) throws Exception {
    long now = clock.getAsLong();
    InFlight.Flight flight = inFlight.end(ended.id());
    QueuedRequest request = flight.request();
    ModelWindow window = windows.of(request.model()).orElseThrow();
    InFlight.Batch batch = flight.batch();
    if (batch.hasEnded()) {
      window.ended(batch, nanoClock.nanoTime());
    }
    Outcome outcome = ended.outcome();
    List<QueueEntry> followers = followers(window, flight.entry(), outcome, now);
    if (now >= flight.entry().deadline()) {
      window.metrics().deadlineMissed();
    }
    answers.answer(
        flight.entry(),
        request,
        RunningTexts.result(flight, outcome),
        Handling.scored(batch.requests(), flight.queuedMillis(), flight.startedAt()));
    for (QueueEntry follower : followers) {
      QueuedRequest followed = waiting.get(follower);
      answers.answer(
          follower,
          followed,
          Results.of(followed, outcome),
          Handling.ofCache(follower.waited(now)));
    }
    if (outcome instanceof Outcome.Generated generated) {
      window.metrics().generated(generated, flight.queuedMillis());
    }
    if (outcome instanceof Outcome.Cancelled) {
      metrics.dropped(flight.isOverdue() ? DropReason.EXPIRED : DropReason.CANCELLED);
      succeed(window, flight.entry(), now);
    }
  }

  /** Those who are answered with a request that has ended. */
  private List<QueueEntry> followers(
      ModelWindow window, QueueEntry leader, Outcome outcome, long now) throws Exception {
    if (outcome instanceof Outcome.Scored scored) {
      return sharing.scored(leader, scored.outputs(), window.serving().cacheTtl(), now);
    }
    return outcome instanceof Outcome.Failed ? sharing.failed(leader) : List.of();
  }

  /** How many requests a cancel took out of the queue, and how many it could only ask to stop. */
  record Cancelled(int waiting, int inFlight) {
    boolean isNone() {
      return waiting + inFlight == 0;
    }
  }

  /**
   * Takes back the requests of a tenant with an id.
   *
   * @param name of both, as their entries have it
   */
  Cancelled cancel(String tenant, String id, long name) throws Exception {
    long now = clock.getAsLong();
    int taken = 0;
    for (ModelWindow window : windows.all()) {
      for (QueueEntry entry : window.queue().named(name)) {
        if (isNamed(waiting.get(entry), tenant, id)) {
          window.queue().remove(entry);
          leave(window, entry, request -> Results.cancelled(request, entry.waited(now)), now);
          taken++;
        }
      }
    }
    for (QueueEntry follower : sharing.followers(name)) {
      QueuedRequest request = waiting.get(follower);
      if (isNamed(request, tenant, id)) {
        sharing.leave(follower);
        long waited = follower.waited(now);
        answers.answer(
            follower, request, Results.cancelled(request, waited), Handling.unscored(waited));
        taken++;
      }
    }
    for (int count = 0; count < taken; count++) {
      metrics.dropped(DropReason.CANCELLED);
    }
    return new Cancelled(taken, stop(tenant, id, name));
  }

  private int stop(String tenant, String id, long name) {
    int stopping = 0;
    for (InFlight.Flight flight : inFlight.named(name)) {
      if (isNamed(flight.request(), tenant, id)) {
        windows.of(flight.request().model()).ifPresent(window -> window.cancel(flight.id()));
        stopping++;
      }
    }
    return stopping;
  }

  /** Names are hashes, and hashes collide. */
  private static boolean isNamed(QueuedRequest request, String tenant, String id) {
    Envelope envelope = request.envelope();
    return envelope.tenant().equals(tenant) && envelope.id().equals(id);
  }

  /** Rejects a waiting request so that a more urgent one can wait. */
  void evict(Bounds.Spare spare, String bound) throws Exception {
    metrics.dropped(DropReason.OVERLOADED);
    spare.window().queue().remove(spare.entry());
    leave(
        spare.window(),
        spare.entry(),
        evicted -> Results.overloaded(evicted, bound),
        clock.getAsLong());
  }

  ModelWindows windows() {
    return windows;
  }

  /** Those of the requests in flight that are texts. */
  RunningTexts texts() {
    return texts;
  }

  /** How many requests are not answered yet. */
  int pending() {
    return windows.depth()
        + inFlight.size()
        + orphans.size()
        + sharing.followers()
        + answers.held();
  }

  /** Brings the gauges up to date. */
  void observe() {
    metrics.observe(inFlight.size(), answers.held(), sharing.cachedResults());
    windows.all().forEach(ModelWindow::observe);
  }

  /** How a request ends. */
  @FunctionalInterface
  private interface Ending {
    ErrorResult of(QueuedRequest request);
  }
}

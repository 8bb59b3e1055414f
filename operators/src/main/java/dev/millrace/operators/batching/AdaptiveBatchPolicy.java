package dev.millrace.operators.batching;

import dev.millrace.engines.Rehearsal;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.queue.Arrivals;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import dev.millrace.operators.queue.ShapeLanes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Dispatches as soon as the engine can take a batch, of the size that the deadlines in it allow.
 *
 * <ol>
 *   <li>What cannot be scored in time any more, even alone and at once, is dropped.
 *   <li>When the engine is busy, that is all. Batches grow while it is, and never because of a
 *       timer, unless the model asks for one ({@code max_batch_delay}).
 *   <li>The next request in the order of service begins the batch; those of its shape that follow
 *       join it while the {@link LatencyModel} says that the tightest deadline still holds, and
 *       that a larger batch is worth the wait. While it knows little, batches of requests with
 *       deadlines begin small and at most double.
 *   <li>Under overload, when what waits takes longer than deadlines allow, somebody will be late
 *       whatever is done. A request that forces a small batch would then cost more others than it
 *       is worth, so those that have no time left for a full batch are dropped too (Nexus calls it
 *       early drop; Shen et al., SOSP 2019). What counts as overload for a request is what waits of
 *       its own priority and more urgent ones: nobody is dropped in favour of the less urgent.
 * </ol>
 */
public final class AdaptiveBatchPolicy implements BatchPolicy {
  /**
   * After so many requests that were dropped while the engine could have taken them, only since the
   * prediction said so, one is scored in spite of it: otherwise a prediction that has become too
   * high would never be corrected.
   */
  private static final int PROBE_AFTER = 32;

  /** The clock counts whole milliseconds: one may be all but over when it is first told of. */
  private static final int CLOCK_STEP = 1;

  /** Who came so much later than another that waits, milliseconds, overtakes it. */
  private static final int OVERTAKING_FROM = 50;

  /** So long after one has overtaken another, the next is expected, milliseconds. */
  private static final int OVERTAKING_MEMORY = 10_000;

  private final int maximumRows;
  private final List<Integer> preferredRows;
  private final long linger;
  private final LatencyModel latency;
  private final BatchKnee knee;
  private final OverloadDetector overload;
  private int refused;

  /** When a request was last served before one that had waited for longer, epoch milliseconds. */
  private long lastOvertaking = Long.MIN_VALUE / 2;

  /**
   * @param serving preferred sizes and linger
   * @param maximumRows the most rows of a batch
   * @param latency what the policy learns and decides by
   */
  public AdaptiveBatchPolicy(ServingPolicy serving, int maximumRows, LatencyModel latency) {
    this(serving, maximumRows, latency, new BatchKnee());
  }

  AdaptiveBatchPolicy(
      ServingPolicy serving, int maximumRows, LatencyModel latency, BatchKnee knee) {
    if (maximumRows < 1) {
      throw new IllegalArgumentException("batches of %d rows".formatted(maximumRows));
    }
    this.maximumRows = maximumRows;
    this.preferredRows = serving.preferredBatchRows();
    this.linger = serving.linger().toMillis();
    this.latency = latency;
    this.knee = knee;
    this.overload = new OverloadDetector(latency, maximumRows);
  }

  @Override
  public void arrived(QueueEntry entry, long now) {
    overload.arrived(entry, now);
  }

  /** Deadlines are kept by what batches take in the end, and not by this. */
  @Override
  public void rehearsed(Rehearsal rehearsal) {
    knee.rehearsed(rehearsal.cost(), rehearsal.milliseconds());
  }

  @Override
  public void observe(long cost, double milliseconds) {
    latency.observe(cost, milliseconds);
    knee.observe(cost, milliseconds);
    overload.ended();
  }

  @Override
  public BatchDecision decide(RequestQueue queue, int capacity, long now) {
    List<QueueEntry> dropped = new ArrayList<>(0);
    dropHopeless(queue, capacity, now, dropped);
    if (capacity > 0) {
      dropSpoilers(queue, now, dropped);
    }
    if (!dropped.isEmpty()) {
      return new BatchDecision.Drop(dropped);
    }
    Optional<QueueEntry> next = queue.peek(now);
    if (next.isEmpty()) {
      return BatchDecision.WaitUntil.EVENT;
    }
    if (capacity < 1) {
      return new BatchDecision.WaitUntil(nextHopeless(queue));
    }
    return dispatch(queue, next.get(), capacity, now);
  }

  private BatchDecision dispatch(RequestQueue queue, QueueEntry first, int capacity, long now) {
    noteOvertaking(queue, first, now);
    long most = Math.min(rowsThatPay(first, now), overload.largestBatch(first, queue.rows(), now));
    long full = preferred(Math.min(queue.rows(first.shape()), most));
    long fillBy = full < most && queue.size() < capacity ? fillBy(queue, first, full) : now;
    if (fillBy > now) {
      return new BatchDecision.WaitUntil(Math.min(fillBy, nextHopeless(queue)));
    }
    if (inTime(now, first.cost(), first.deadline())) {
      overload.started();
      return new BatchDecision.Dispatch(takeBatch(queue, first, capacity, full, now));
    }
    if (isProbe(first, now)) {
      refused = 0;
      overload.started();
      queue.serve(first, now);
      return new BatchDecision.Dispatch(List.of(first));
    }
    // Others have earlier deadlines, but it has more to be scored.
    refused++;
    queue.remove(first);
    return new BatchDecision.Drop(List.of(first));
  }

  /** Who has a deadline says with it how long its batch may take. */
  private void noteOvertaking(RequestQueue queue, QueueEntry first, long now) {
    OptionalLong oldest = queue.oldestArrival();
    if (!first.hasDeadline()
        && oldest.isPresent()
        && Arrivals.timeOf(first.arrival()) - oldest.getAsLong() > OVERTAKING_FROM) {
      lastOvertaking = now;
    }
  }

  /** Where sizes are preferred, one of those. */
  private long rowsThatPay(QueueEntry first, long now) {
    boolean overtaking = now - lastOvertaking < OVERTAKING_MEMORY;
    long rows = knee.rows(maximumRows, ShapeLanes.longest(first.shape()), overtaking);
    return preferredRows.stream()
        .mapToLong(Integer::longValue)
        .filter(size -> size >= rows && size <= maximumRows)
        .min()
        .orElse(rows);
  }

  private void dropHopeless(RequestQueue queue, int capacity, long now, List<QueueEntry> dropped) {
    for (Optional<QueueEntry> next = queue.mostUrgent();
        next.isPresent() && !inTime(now, next.get().cost(), next.get().deadline());
        next = queue.mostUrgent()) {
      boolean isRefused = capacity > 0 && queue.size() == 1 && next.get().deadline() > now;
      if (isRefused && isProbe(next.get(), now)) {
        return;
      }
      refused += isRefused ? 1 : 0;
      queue.remove(next.get());
      dropped.add(next.get());
    }
  }

  private void dropSpoilers(RequestQueue queue, long now, List<QueueEntry> dropped) {
    for (Optional<QueueEntry> next = queue.mostUrgent();
        next.isPresent() && isSpoiler(next.get(), queue, now);
        next = queue.mostUrgent()) {
      queue.remove(next.get());
      dropped.add(next.get());
    }
  }

  /** Whether it has no time left for a batch of the size that the overload calls for. */
  private boolean isSpoiler(QueueEntry entry, RequestQueue queue, long now) {
    long rows = overload.largestBatch(entry, queue.rowsCompetingWith(entry), now);
    return rows < Long.MAX_VALUE
        && !inTime(now, rows * ShapeLanes.longest(entry.shape()), entry.deadline());
  }

  private boolean isProbe(QueueEntry entry, long now) {
    return refused >= PROBE_AFTER && entry.deadline() > now;
  }

  /** When the next of those that wait will be too late. */
  private long nextHopeless(RequestQueue queue) {
    return queue
        .mostUrgent()
        .map(next -> (long) Math.ceil(next.deadline() - CLOCK_STEP - latency.predict(next.cost())))
        .orElse(Long.MAX_VALUE);
  }

  /** Until when the batch may still wait to fill, epoch milliseconds. */
  private long fillBy(RequestQueue queue, QueueEntry first, long full) {
    OptionalLong oldest = queue.oldestArrival();
    if (linger == 0 || oldest.isEmpty()) {
      return 0;
    }
    long fillBy = oldest.getAsLong() + linger;
    OptionalLong deadline = queue.earliestDeadline();
    // Twice what it takes, since those that it waits for make it longer.
    double batch = 2 * latency.predict(full * ShapeLanes.longest(first.shape()));
    return deadline.isEmpty() ? fillBy : Math.min(fillBy, (long) (deadline.getAsLong() - batch));
  }

  /** The largest preferred size that can be filled, or all that there is. */
  private long preferred(long rows) {
    long best = rows;
    for (int size : preferredRows) {
      if (size <= rows) {
        best = size;
      }
    }
    return best;
  }

  private boolean inTime(long now, long cost, long deadline) {
    // The engine must be done before the deadline, which itself is too late.
    return deadline == Long.MAX_VALUE || now + CLOCK_STEP + latency.predict(cost) < deadline;
  }

  /** Whether a batch may be so large: predicted to be in time, by a prediction with some ground. */
  private boolean isSafe(long now, long cost, long deadline) {
    return deadline == Long.MAX_VALUE || (cost <= latency.trusted() && inTime(now, cost, deadline));
  }

  /**
   * The first has its place, even if it alone is larger than a batch: it was admitted by others.
   */
  private List<QueueEntry> takeBatch(
      RequestQueue queue, QueueEntry first, int capacity, long full, long now) {
    List<QueueEntry> batch = new ArrayList<>();
    long rows = 0;
    long tightest = Long.MAX_VALUE;
    for (Optional<QueueEntry> next = Optional.of(first);
        next.isPresent() && batch.size() < capacity;
        next = queue.peek(first.shape(), now)) {
      QueueEntry entry = next.get();
      rows += entry.rows();
      tightest = Math.min(tightest, entry.deadline());
      long cost = rows * ShapeLanes.longest(first.shape());
      if (!batch.isEmpty() && (rows > full || !isSafe(now, cost, tightest))) {
        break;
      }
      queue.serve(entry, now);
      batch.add(entry);
    }
    return batch;
  }
}

package dev.millrace.operators.batching;

import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
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
 *       join it while the {@link LatencyModel} says that the tightest deadline still holds.
 *   <li>Under overload, when what waits takes longer than deadlines allow, somebody will be late
 *       whatever is done. A request that forces a small batch would then cost more others than it
 *       is worth, so those that have no time left for a full batch are dropped too (Nexus calls it
 *       early drop; Shen et al., SOSP 2019), if they are of the lowest priority that waits.
 * </ol>
 */
public final class AdaptiveBatchPolicy implements BatchPolicy {
  /**
   * After so many requests that were dropped only since the prediction said so, one is scored in
   * spite of it: otherwise a prediction that has become too high would never be corrected.
   */
  private static final int PROBE_AFTER = 32;

  private final int maximumRows;
  private final List<Integer> preferredRows;
  private final long linger;
  private final LatencyModel latency;
  private final OverloadDetector overload;
  private int droppedOnPrediction;

  /**
   * @param serving preferred sizes and linger
   * @param maximumRows the most rows of a batch
   * @param latency what the policy learns and decides by
   */
  public AdaptiveBatchPolicy(ServingPolicy serving, int maximumRows, LatencyModel latency) {
    if (maximumRows < 1) {
      throw new IllegalArgumentException("batches of %d rows".formatted(maximumRows));
    }
    this.maximumRows = maximumRows;
    this.preferredRows = serving.preferredBatchRows();
    this.linger = serving.linger().toMillis();
    this.latency = latency;
    this.overload = new OverloadDetector(latency, maximumRows);
  }

  @Override
  public void arrived(QueueEntry entry, long now) {
    overload.arrived(entry.deadline() == Long.MAX_VALUE ? Long.MAX_VALUE : entry.deadline() - now);
  }

  @Override
  public void observe(int rows, double milliseconds) {
    latency.observe(rows, milliseconds);
    overload.ended();
  }

  @Override
  public BatchDecision decide(RequestQueue queue, int capacity, long now) {
    boolean overloaded = capacity > 0 && overload.isOverloaded(queue);
    List<QueueEntry> dropped = dropHopeless(queue, now);
    if (overloaded) {
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
    QueueEntry first = next.get();
    long most = overloaded ? overload.sustainableRows() : maximumRows;
    long full = Math.min(preferred(queue.rows(first.shape())), most);
    long fillBy = fillBy(queue, full);
    if (fillBy > now) {
      return new BatchDecision.WaitUntil(Math.min(fillBy, nextHopeless(queue)));
    }
    if (!inTime(now, first.rows(), first.deadline())) {
      // There was time for a row, but not for all of its rows.
      queue.remove(first);
      return drop(first, now);
    }
    overload.started();
    return new BatchDecision.Dispatch(takeBatch(queue, first, capacity, full, now));
  }

  private BatchDecision drop(QueueEntry entry, long now) {
    countDrop(entry, now);
    return new BatchDecision.Drop(List.of(entry));
  }

  private void countDrop(QueueEntry entry, long now) {
    if (entry.deadline() > now) {
      droppedOnPrediction++;
    }
  }

  private List<QueueEntry> dropHopeless(RequestQueue queue, long now) {
    List<QueueEntry> dropped = new ArrayList<>(0);
    for (Optional<QueueEntry> next = queue.mostUrgent();
        next.isPresent() && !inTime(now, 1, next.get().deadline());
        next = queue.mostUrgent()) {
      queue.remove(next.get());
      dropped.add(next.get());
      countDrop(next.get(), now);
    }
    return dropped;
  }

  /** Drops what has no time left for a batch of the size that the overload calls for. */
  private void dropSpoilers(RequestQueue queue, long now, List<QueueEntry> dropped) {
    int lowest = queue.mostDispensable().map(QueueEntry::priority).orElse(Integer.MAX_VALUE);
    long rows = overload.sustainableRows();
    for (Optional<QueueEntry> next = queue.mostUrgent();
        next.isPresent()
            && next.get().priority() == lowest
            && queue.rows() > rows
            && !inTime(now, rows, next.get().deadline());
        next = queue.mostUrgent()) {
      queue.remove(next.get());
      dropped.add(next.get());
    }
  }

  /** When the next of those that wait will be too late. */
  private long nextHopeless(RequestQueue queue) {
    OptionalLong deadline = queue.earliestDeadline();
    return deadline.isEmpty()
        ? Long.MAX_VALUE
        : (long) Math.ceil(deadline.getAsLong() - predict(1));
  }

  /** Until when the batch may still wait to fill, epoch milliseconds. */
  private long fillBy(RequestQueue queue, long full) {
    OptionalLong oldest = queue.oldestArrival();
    if (linger == 0 || queue.rows() >= maximumRows || oldest.isEmpty()) {
      return 0;
    }
    long fillBy = oldest.getAsLong() + linger;
    OptionalLong deadline = queue.earliestDeadline();
    return deadline.isEmpty()
        ? fillBy
        : Math.min(fillBy, (long) (deadline.getAsLong() - 2 * latency.predict(full)));
  }

  /** The largest preferred size that can be filled, or all that waits. */
  private long preferred(long rows) {
    long best = rows;
    for (int size : preferredRows) {
      if (size <= rows) {
        best = size;
      }
    }
    return best;
  }

  private boolean inTime(long now, long rows, long deadline) {
    // The engine must be done before the deadline, which itself is too late.
    return deadline == Long.MAX_VALUE || now + predict(rows) < deadline;
  }

  private boolean isProbing() {
    return droppedOnPrediction >= PROBE_AFTER;
  }

  private double predict(long rows) {
    return isProbing() ? 0 : latency.predict(rows);
  }

  /**
   * The first has its place, even if it alone is larger than a batch: it was admitted by others.
   */
  private List<QueueEntry> takeBatch(
      RequestQueue queue, QueueEntry first, int capacity, long full, long now) {
    List<QueueEntry> batch = new ArrayList<>();
    long rows = first.rows();
    long tightest = first.deadline();
    queue.serve(first, now);
    batch.add(first);
    int most = isProbing() ? 1 : capacity;
    droppedOnPrediction = 0;
    while (batch.size() < most) {
      Optional<QueueEntry> next = queue.peek(first.shape(), now);
      if (next.isEmpty()) {
        break;
      }
      QueueEntry entry = next.get();
      long together = rows + entry.rows();
      if (together > full || !inTime(now, together, Math.min(tightest, entry.deadline()))) {
        break;
      }
      queue.serve(entry, now);
      batch.add(entry);
      rows = together;
      tightest = Math.min(tightest, entry.deadline());
    }
    return batch;
  }
}

package dev.millrace.operators.queue;

import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The waiting requests of one tenant at one priority: by shape lane, earliest deadline first. */
final class TenantFlow {
  /** Earliest deadline, then arrival. */
  static final Comparator<QueueEntry> ORDER_OF_SERVICE =
      Comparator.comparingLong(QueueEntry::deadline)
          .thenComparingLong(QueueEntry::arrival)
          .thenComparingInt(QueueEntry::laneKey);

  /** By start tag; flows of one tag in the order in which they came. */
  static final Comparator<TenantFlow> BY_START =
      Comparator.comparingDouble((TenantFlow flow) -> flow.start)
          .thenComparingLong(flow -> flow.number);

  /** By how many wait. */
  static final Comparator<TenantFlow> BY_SIZE =
      Comparator.comparingInt((TenantFlow flow) -> flow.waiting)
          .thenComparingLong(flow -> flow.number);

  private final PriorityLevel level;
  private final String tenant;
  private final long number;
  private final double weight;
  private final Int2ObjectMap<SweptHeap> shapes = new Int2ObjectOpenHashMap<>(2);
  private double start;
  private int waiting;
  private long rows;

  /**
   * @param number tells flows of one start tag apart
   */
  TenantFlow(PriorityLevel level, String tenant, long number, double weight) {
    this.level = level;
    this.tenant = tenant;
    this.number = number;
    this.weight = weight;
  }

  PriorityLevel level() {
    return level;
  }

  String tenant() {
    return tenant;
  }

  /** The virtual time at which the next request begins to be served. */
  double start() {
    return start;
  }

  void startNoSoonerThan(double virtualTime) {
    start = Math.max(start, virtualTime);
  }

  /** Charges the tenant for a request that is served. */
  void charge(long cost) {
    start += cost / weight;
  }

  void add(QueueEntry entry) {
    shapes.computeIfAbsent(entry.shape(), shape -> new SweptHeap(ORDER_OF_SERVICE)).add(entry);
    waiting++;
    rows += entry.rows();
  }

  /** To be called when an entry has left the queue. */
  void left(QueueEntry entry) {
    waiting--;
    rows -= entry.rows();
    SweptHeap heap = Objects.requireNonNull(shapes.get(entry.shape()));
    heap.left();
    if (heap.size() == 0) {
      shapes.remove(entry.shape());
    }
  }

  boolean has(int shape) {
    return shapes.containsKey(shape);
  }

  Iterable<Integer> shapes() {
    return shapes.keySet();
  }

  /** The next request, of whatever shape. */
  @Nullable QueueEntry first() {
    QueueEntry first = null;
    for (SweptHeap heap : shapes.values()) {
      QueueEntry candidate = heap.first();
      if (candidate != null && (first == null || ORDER_OF_SERVICE.compare(candidate, first) < 0)) {
        first = candidate;
      }
    }
    return first;
  }

  /** The next request of a shape. */
  @Nullable QueueEntry first(int shape) {
    SweptHeap heap = shapes.get(shape);
    return heap == null ? null : heap.first();
  }

  int size() {
    return waiting;
  }

  long rows() {
    return rows;
  }

  double weight() {
    return weight;
  }
}

package dev.millrace.operators.queue;

import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The waiting requests of one tenant at one priority: by shape lane, earliest deadline first. */
final class TenantFlow {
  /** How many requests of a tenant that has kept within its share may be served at once. */
  static final double BURST = 8;

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
  private double credit;
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

  /**
   * To be called when a request comes and none waits: the tenant begins where the others are, but
   * for what it is let come at once.
   */
  void startAgain(double virtualTime, long cost) {
    credit = BURST * cost / weight;
    start = Math.max(start, virtualTime - credit);
  }

  /** Whether it would begin again as a tenant does that has never been seen. */
  boolean canBeForgotten(double virtualTime) {
    return waiting == 0 && start <= virtualTime - credit;
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

package dev.millrace.operators.queue;

import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order of service that {@link RequestQueue} describes.
 *
 * <p>Ageing: while some request has waited longer than the ageing time, one in {@value #AGED_SHARE}
 * that are served is the one that has waited longest, whatever its priority, tenant and deadline.
 * So nobody starves, and a backlog of old requests cannot stand in the way of an urgent one either.
 *
 * <p>All operations are O(log n) in the waiting requests; those that ask for a shape or a tenant
 * are linear in the priorities that wait, and serving in the shapes that wait of one tenant. Per
 * waiting request it takes the entry and about 45 bytes, and a quarter more where many leave out of
 * turn.
 */
public final class FairRequestQueue implements RequestQueue {
  static final int AGED_SHARE = 8;

  private static final Comparator<QueueEntry> BY_ARRIVAL =
      Comparator.comparingLong(QueueEntry::arrival).thenComparingInt(QueueEntry::laneKey);

  private final TenantWeights weights;
  private final long ageing;
  private final TreeMap<Integer, PriorityLevel> levels = new TreeMap<>();
  private final SweptHeap byArrival = new SweptHeap(BY_ARRIVAL);
  private final SweptHeap byDeadline = new SweptHeap(TenantFlow.ORDER_OF_SERVICE);
  private final Long2ObjectMap<QueueEntry> byName = new Long2ObjectOpenHashMap<>();
  private final Object2IntOpenHashMap<String> tenants = new Object2IntOpenHashMap<>();
  private final Int2LongOpenHashMap rowsByShape = new Int2LongOpenHashMap();
  private long rows;
  private int servedSinceAged;

  /**
   * @param ageing how long a request waits before it counts as old; not negative
   */
  public FairRequestQueue(TenantWeights weights, Duration ageing) {
    if (ageing.isNegative()) {
      throw new IllegalArgumentException("an ageing time of " + ageing);
    }
    this.weights = weights;
    this.ageing = ageing.toMillis();
  }

  @Override
  public void add(QueueEntry entry, String tenant) {
    if (entry.used) {
      // The heaps may still hold it from the first time.
      throw new IllegalArgumentException(entry + " has waited already");
    }
    entry.used = true;
    entry.flow =
        levels
            .computeIfAbsent(entry.priority(), priority -> new PriorityLevel(priority, weights))
            .add(entry, tenant);
    byArrival.add(entry);
    if (entry.hasDeadline()) {
      byDeadline.add(entry);
    }
    rememberName(entry);
    tenants.addTo(tenant, 1);
    rowsByShape.addTo(entry.shape(), entry.rows());
    rows += entry.rows();
  }

  @Override
  public Optional<QueueEntry> peek(long now) {
    QueueEntry aged = aged(now);
    if (aged != null) {
      return Optional.of(aged);
    }
    return levels.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(levels.firstEntry().getValue().first());
  }

  @Override
  public Optional<QueueEntry> peek(int shape, long now) {
    if (rowsByShape.get(shape) == 0) {
      return Optional.empty();
    }
    QueueEntry aged = aged(now);
    if (aged != null && aged.shape() == shape) {
      return Optional.of(aged);
    }
    for (PriorityLevel level : levels.values()) {
      QueueEntry first = level.first(shape);
      if (first != null) {
        return Optional.of(first);
      }
    }
    return Optional.empty();
  }

  /** The request that has waited too long and longest, if it is its turn. */
  private @Nullable QueueEntry aged(long now) {
    if (servedSinceAged < AGED_SHARE - 1) {
      return null;
    }
    QueueEntry oldest = byArrival.first();
    return oldest != null && oldest.waited(now) > ageing ? oldest : null;
  }

  @Override
  public void serve(QueueEntry entry, long now) {
    TenantFlow flow = flowOf(entry);
    servedSinceAged = entry.equals(aged(now)) ? 0 : Math.min(servedSinceAged + 1, AGED_SHARE);
    flow.level().charge(flow, entry.cost());
    remove(entry);
  }

  @Override
  public void remove(QueueEntry entry) {
    TenantFlow flow = flowOf(entry);
    entry.flow = null;
    PriorityLevel level = flow.level();
    level.left(flow, entry);
    if (level.isEmpty()) {
      // With nobody waiting, nobody is ahead of others either.
      levels.remove(level.priority());
    }
    byArrival.left();
    if (entry.hasDeadline()) {
      byDeadline.left();
    }
    forgetName(entry);
    if (tenants.addTo(flow.tenant(), -1) == 1) {
      tenants.removeInt(flow.tenant());
    }
    if (rowsByShape.addTo(entry.shape(), -entry.rows()) == entry.rows()) {
      rowsByShape.remove(entry.shape());
    }
    rows -= entry.rows();
  }

  private TenantFlow flowOf(QueueEntry entry) {
    TenantFlow flow = entry.flow;
    if (flow == null || levels.get(entry.priority()) != flow.level()) {
      throw new IllegalArgumentException(entry + " does not wait here");
    }
    return flow;
  }

  private void rememberName(QueueEntry entry) {
    QueueEntry next = byName.put(entry.name(), entry);
    entry.nextNamesake = next;
    if (next != null) {
      next.previousNamesake = entry;
    }
  }

  private void forgetName(QueueEntry entry) {
    QueueEntry next = entry.nextNamesake;
    QueueEntry previous = entry.previousNamesake;
    if (next != null) {
      next.previousNamesake = previous;
    }
    if (previous != null) {
      previous.nextNamesake = next;
    } else if (next != null) {
      byName.put(entry.name(), next);
    } else {
      byName.remove(entry.name());
    }
    entry.nextNamesake = null;
    entry.previousNamesake = null;
  }

  @Override
  public List<QueueEntry> named(long name) {
    List<QueueEntry> named = new ArrayList<>(1);
    for (QueueEntry entry = byName.get(name); entry != null; entry = entry.nextNamesake) {
      named.add(entry);
    }
    return named;
  }

  @Override
  public OptionalLong earliestDeadline() {
    QueueEntry first = byDeadline.first();
    return first == null ? OptionalLong.empty() : OptionalLong.of(first.deadline());
  }

  @Override
  public Optional<QueueEntry> mostUrgent() {
    return Optional.ofNullable(byDeadline.first());
  }

  @Override
  public OptionalLong oldestArrival() {
    QueueEntry first = byArrival.first();
    return first == null ? OptionalLong.empty() : OptionalLong.of(Arrivals.timeOf(first.arrival()));
  }

  @Override
  public Optional<QueueEntry> mostDispensable() {
    if (levels.isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(levels.lastEntry().getValue().largest().first());
  }

  @Override
  public Optional<QueueEntry> mostDispensable(String tenant) {
    for (PriorityLevel level : levels.descendingMap().values()) {
      TenantFlow flow = level.of(tenant);
      if (flow != null) {
        return Optional.ofNullable(flow.first());
      }
    }
    return Optional.empty();
  }

  @Override
  public int size() {
    return byArrival.size();
  }

  @Override
  public int size(String tenant) {
    return tenants.getInt(tenant);
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public long rows(int shape) {
    return rowsByShape.get(shape);
  }

  @Override
  public long rowsCompetingWith(QueueEntry entry) {
    TenantFlow flow = flowOf(entry);
    long sum = flow.level().rowsCompetingWith(flow);
    for (PriorityLevel level : levels.headMap(entry.priority()).values()) {
      sum += level.rows();
    }
    return sum;
  }
}

package dev.millrace.operators.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The order of service said in the plainest way: every question goes through all that wait. */
final class NaiveRequestQueue implements RequestQueue {
  private static final Comparator<Waiting> WITHIN_A_TENANT =
      Comparator.comparingLong((Waiting each) -> each.entry().deadline())
          .thenComparingLong(each -> each.entry().arrival());

  private final TenantWeights weights;
  private final long ageing;
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<Integer, Level> levels = new HashMap<>();
  private int servedSinceAged;

  NaiveRequestQueue(TenantWeights weights, long ageing) {
    this.weights = weights;
    this.ageing = ageing;
  }

  private record Waiting(QueueEntry entry, String tenant) {
    int priority() {
      return entry.priority();
    }
  }

  /** What one priority remembers while anyone waits in it. */
  private static final class Level {
    final Map<String, Double> start = new HashMap<>();
    final List<String> cameInOrder = new ArrayList<>();
    double virtualTime;
  }

  @Override
  public void add(QueueEntry entry, String tenant) {
    Level level = levels.computeIfAbsent(entry.priority(), priority -> new Level());
    if (!level.cameInOrder.contains(tenant)) {
      level.cameInOrder.add(tenant);
    }
    if (of(each -> each.priority() == entry.priority() && each.tenant().equals(tenant))
        .findAny()
        .isEmpty()) {
      double burst = TenantFlow.BURST * entry.cost() / weights.of(tenant);
      level.start.merge(tenant, Math.max(0, level.virtualTime - burst), Math::max);
    }
    waiting.add(new Waiting(entry, tenant));
  }

  @Override
  public Optional<QueueEntry> peek(long now) {
    return peek(each -> true, now);
  }

  @Override
  public Optional<QueueEntry> peek(int shape, long now) {
    return peek(each -> each.entry().shape() == shape, now);
  }

  private Optional<QueueEntry> peek(Predicate<Waiting> among, long now) {
    Optional<QueueEntry> aged = aged(now);
    if (aged.isPresent() && of(among).anyMatch(each -> each.entry().equals(aged.get()))) {
      return aged;
    }
    return of(among)
        .min(
            Comparator.comparingInt(Waiting::priority)
                .thenComparingDouble(this::start)
                .thenComparingInt(this::number)
                .thenComparing(WITHIN_A_TENANT))
        .map(Waiting::entry);
  }

  private double start(Waiting each) {
    return Objects.requireNonNull(level(each.priority()).start.get(each.tenant()));
  }

  private int number(Waiting each) {
    return level(each.priority()).cameInOrder.indexOf(each.tenant());
  }

  private Level level(int priority) {
    return Objects.requireNonNull(levels.get(priority));
  }

  private Optional<QueueEntry> aged(long now) {
    return of(each -> servedSinceAged >= FairRequestQueue.AGED_SHARE - 1)
        .map(Waiting::entry)
        .min(Comparator.comparingLong(QueueEntry::arrival))
        .filter(oldest -> oldest.waited(now) > ageing);
  }

  @Override
  public void serve(QueueEntry entry, long now) {
    servedSinceAged = aged(now).equals(Optional.of(entry)) ? 0 : servedSinceAged + 1;
    Waiting served = of(each -> each.entry().equals(entry)).findAny().orElseThrow();
    Level level = level(entry.priority());
    double least =
        of(each -> each.priority() == entry.priority())
            .mapToDouble(this::start)
            .min()
            .orElseThrow();
    level.virtualTime = Math.max(level.virtualTime, least);
    level.start.merge(served.tenant(), entry.cost() / weights.of(served.tenant()), Double::sum);
    remove(entry);
  }

  @Override
  public void remove(QueueEntry entry) {
    waiting.removeIf(each -> each.entry().equals(entry));
    if (of(each -> each.priority() == entry.priority()).findAny().isEmpty()) {
      levels.remove(entry.priority());
    }
  }

  @Override
  public List<QueueEntry> named(long name) {
    return of(each -> each.entry().name() == name).map(Waiting::entry).toList();
  }

  @Override
  public OptionalLong earliestDeadline() {
    return of(each -> each.entry().hasDeadline()).mapToLong(each -> each.entry().deadline()).min();
  }

  @Override
  public Optional<QueueEntry> mostUrgent() {
    return of(each -> each.entry().hasDeadline()).min(WITHIN_A_TENANT).map(Waiting::entry);
  }

  @Override
  public OptionalLong oldestArrival() {
    return of(each -> true).mapToLong(each -> Arrivals.timeOf(each.entry().arrival())).min();
  }

  @Override
  public Optional<QueueEntry> mostDispensable() {
    int lowest = of(each -> true).mapToInt(Waiting::priority).max().orElse(0);
    Optional<Waiting> ofLargest =
        of(each -> each.priority() == lowest)
            .max(
                Comparator.comparingLong(
                        (Waiting each) ->
                            of(other ->
                                    other.priority() == lowest
                                        && other.tenant().equals(each.tenant()))
                                .count())
                    .thenComparingInt(this::number));
    return ofLargest.flatMap(each -> mostDispensable(each.tenant()));
  }

  @Override
  public Optional<QueueEntry> mostDispensable(String tenant) {
    int lowest =
        of(each -> each.tenant().equals(tenant)).mapToInt(Waiting::priority).max().orElse(0);
    return of(each -> each.tenant().equals(tenant) && each.priority() == lowest)
        .min(WITHIN_A_TENANT)
        .map(Waiting::entry);
  }

  @Override
  public int size() {
    return waiting.size();
  }

  @Override
  public int size(String tenant) {
    return (int) of(each -> each.tenant().equals(tenant)).count();
  }

  @Override
  public long rows() {
    return rows(each -> true);
  }

  @Override
  public long rowsCompetingWith(QueueEntry entry) {
    int priority = entry.priority();
    String tenant = of(each -> each.entry().equals(entry)).findAny().orElseThrow().tenant();
    double all =
        of(each -> each.priority() == priority)
            .map(Waiting::tenant)
            .distinct()
            .mapToDouble(weights::of)
            .sum();
    long own = rows(each -> each.priority() == priority && each.tenant().equals(tenant));
    long shared = Math.round(Math.ceil(own * all / weights.of(tenant) - 1e-9));
    return rows(each -> each.priority() < priority)
        + Math.min(shared, rows(each -> each.priority() == priority));
  }

  @Override
  public long rows(int shape) {
    return rows(each -> each.entry().shape() == shape);
  }

  private long rows(Predicate<Waiting> which) {
    return of(which).mapToLong(each -> each.entry().rows()).sum();
  }

  private Stream<Waiting> of(Predicate<Waiting> which) {
    return waiting.stream().filter(which);
  }
}

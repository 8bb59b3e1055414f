package dev.millrace.operators.window;

import dev.millrace.engines.Work;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.protocol.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scores what is asked several times once: from the cache when it was asked before, and together
 * when it is asked at the same time. Only for models with a {@code cache_ttl}, and for tensors:
 * texts are drawn.
 *
 * <p>Confined to the mailbox thread.
 */
final class Sharing {
  private final Coalescing coalescing = new Coalescing();
  private final ResultCache cache;
  private final WindowMetrics metrics;

  Sharing(ResultCache cache, WindowMetrics metrics) {
    this.cache = cache;
    this.metrics = metrics;
  }

  /** What becomes of a request that has just come. */
  sealed interface Joining {
    /** It is scored. */
    record Leads() implements Joining {}

    /** It waits for the result of another. */
    record Follows() implements Joining {}

    /** It is scored, and another that waits is not, but follows it. */
    record TakesOver(QueueEntry from) implements Joining {}

    /** It is answered with these outputs. */
    record Cached(List<Tensor> outputs) implements Joining {}
  }

  /**
   * Decides what becomes of a request.
   *
   * @param cacheTtl the model's
   * @param now epoch milliseconds
   */
  Joining join(QueueEntry entry, QueuedRequest request, @Nullable Duration cacheTtl, long now)
      throws Exception {
    if (cacheTtl == null || !(request.work() instanceof Work.Scoring scoring)) {
      return new Joining.Leads();
    }
    String content = ContentHash.of(request.model(), scoring.inputs());
    Optional<List<Tensor>> cached = cache.get(content, now);
    if (cached.isPresent()) {
      metrics.cacheHit();
      return new Joining.Cached(cached.get());
    }
    return coalesce(entry, content);
  }

  /** The same for a request that is restored: the cache is not asked. */
  Joining rejoin(QueueEntry entry, QueuedRequest request, @Nullable Duration cacheTtl) {
    return cacheTtl == null || !(request.work() instanceof Work.Scoring scoring)
        ? new Joining.Leads()
        : coalesce(entry, ContentHash.of(request.model(), scoring.inputs()));
  }

  private Joining coalesce(QueueEntry entry, String content) {
    Optional<Coalescing.Group> group = coalescing.of(content);
    if (group.isEmpty()) {
      metrics.cacheMiss();
      coalescing.lead(content, entry);
      return new Joining.Leads();
    }
    metrics.coalesced();
    QueueEntry leader = group.get().leader();
    if (leader.isWaiting() && isMoreUrgent(entry, leader)) {
      coalescing.replaceLeader(group.get(), entry);
      coalescing.follow(group.get(), leader);
      return new Joining.TakesOver(leader);
    }
    coalescing.follow(group.get(), entry);
    return new Joining.Follows();
  }

  /** Whoever follows must not be served later than alone. */
  private static boolean isMoreUrgent(QueueEntry entry, QueueEntry than) {
    return entry.priority() < than.priority() || entry.deadline() < than.deadline();
  }

  /** Keeps the outputs of a leader that was scored, and names those who are answered with them. */
  List<QueueEntry> scored(
      QueueEntry leader, List<Tensor> outputs, @Nullable Duration cacheTtl, long now)
      throws Exception {
    Optional<Coalescing.Ended> ended = coalescing.end(leader);
    if (ended.isEmpty()) {
      return List.of();
    }
    if (cacheTtl != null) {
      cache.put(leader.laneKey(), ended.get().content(), outputs, cacheTtl, now);
    }
    return ended.get().followers();
  }

  /** Names those who fail with a leader that could not be scored: they asked the same. */
  List<QueueEntry> failed(QueueEntry leader) {
    return coalescing.end(leader).map(Coalescing.Ended::followers).orElse(List.of());
  }

  /**
   * The follower that is to be scored instead of a leader that was not; null when there is none.
   */
  @Nullable QueueEntry succeed(QueueEntry leader) {
    return coalescing.succeed(leader);
  }

  /** The followers of a name. */
  List<QueueEntry> followers(long name) {
    return coalescing.followers(name);
  }

  /** Takes out a follower that will not be answered with the leader. */
  void leave(QueueEntry follower) {
    coalescing.leave(follower);
  }

  /** How many follow others. */
  int followers() {
    return coalescing.followers();
  }

  /** How many results are cached. */
  int cachedResults() {
    return cache.size();
  }
}

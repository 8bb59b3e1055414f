package dev.millrace.operators.window;

import dev.millrace.engines.ModelSpec;
import dev.millrace.operators.metrics.LabelledCounter;
import dev.millrace.operators.metrics.MillraceMetrics;
import dev.millrace.protocol.ResultStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What can be seen of the window from outside. Written on the mailbox thread, read by reporters on
 * theirs.
 */
final class WindowMetrics {
  private final MetricGroup root;
  private final LabelledCounter<ResultStatus> answered;
  private final LabelledCounter<DropReason> dropped;
  private final Counter cacheHits;
  private final Counter cacheMisses;
  private final Counter coalesced;
  private volatile int inFlight;
  private volatile int heldAnswers;
  private volatile int cachedResults;

  WindowMetrics(MetricGroup operator) {
    root = operator;
    answered =
        new LabelledCounter<>(
            root, "requests_total", "status", ResultStatus.class, ResultStatus::wireName);
    dropped =
        new LabelledCounter<>(
            root, "dropped_requests_total", "reason", DropReason.class, DropReason::label);
    MetricGroup group = MillraceMetrics.of(root);
    cacheHits = group.counter("cache_hits_total");
    cacheMisses = group.counter("cache_misses_total");
    coalesced = group.counter("coalesced_requests_total");
    group.gauge("in_flight_requests", () -> inFlight);
    group.gauge("held_answers", () -> heldAnswers);
    group.gauge("cached_results", () -> cachedResults);
  }

  void answered(ResultStatus status) {
    answered.increment(status);
  }

  void dropped(DropReason reason) {
    dropped.increment(reason);
  }

  /** A request was answered from the cache. */
  void cacheHit() {
    cacheHits.inc();
  }

  /** A request whose model has a cache is scored. */
  void cacheMiss() {
    cacheMisses.inc();
  }

  /** A request is answered with one that asks the same at the same time. */
  void coalesced() {
    coalesced.inc();
  }

  void observe(int requestsInFlight, int held, int cached) {
    inFlight = requestsInFlight;
    heldAnswers = held;
    cachedResults = cached;
  }

  /** Registers the figures of a model version. */
  ModelMetrics of(ModelSpec model) {
    return new ModelMetrics(root, model);
  }
}

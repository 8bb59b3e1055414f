package dev.millrace.operators.window;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.operators.batching.BatchDecision;
import dev.millrace.operators.batching.BatchPolicy;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import java.util.List;

/** The waiting requests of one model version, and the engine they wait for. */
final class ModelWindow implements AutoCloseable {
  private final RequestQueue queue;
  private final BatchPolicy policy;
  private final Engine engine;
  private final WindowMetrics.PerModel metrics;

  ModelWindow(
      RequestQueue queue, BatchPolicy policy, Engine engine, WindowMetrics.PerModel metrics) {
    this.queue = queue;
    this.policy = policy;
    this.engine = engine;
    this.metrics = metrics;
  }

  void add(QueueEntry entry) {
    queue.add(entry);
  }

  BatchDecision decide(long now) {
    return policy.decide(queue, engine.capacity(), now);
  }

  void start(List<EngineRequest> batch, CompletionInbox inbox) {
    metrics.dispatched(batch.size());
    engine.start(batch, inbox);
  }

  int depth() {
    return queue.size();
  }

  WindowMetrics.PerModel metrics() {
    return metrics;
  }

  /** Brings the gauges up to date. */
  void observe() {
    // The share of the engine that is busy, whoever of its users keeps it so.
    double utilisation = 1.0 - (double) engine.capacity() / engine.maximumCapacity();
    metrics.observe(queue.size(), utilisation);
  }

  @Override
  public void close() {
    engine.close();
  }
}

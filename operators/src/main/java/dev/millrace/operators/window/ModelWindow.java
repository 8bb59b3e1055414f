package dev.millrace.operators.window;

import dev.millrace.engines.Engine;
import dev.millrace.engines.EngineRequest;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.batching.AdaptiveBatchPolicy;
import dev.millrace.operators.batching.BatchDecision;
import dev.millrace.operators.batching.BatchPolicy;
import dev.millrace.operators.batching.ContinuousPolicy;
import dev.millrace.operators.batching.InFlight;
import dev.millrace.operators.batching.LatencyModel;
import dev.millrace.operators.queue.FairRequestQueue;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import java.util.List;

/** The waiting requests of one model version, and the engine they wait for. */
final class ModelWindow implements AutoCloseable {
  private static final double NANOSECONDS = 1e6;

  private final ModelSpec model;
  private final RequestQueue queue;
  private final LatencyModel latency = new LatencyModel();
  private final BatchPolicy policy;
  private final Engine engine;
  private final ModelMetrics metrics;

  ModelWindow(ModelSpec model, WindowSettings settings, Engine engine, ModelMetrics metrics) {
    this.model = model;
    this.engine = engine;
    this.metrics = metrics;
    this.queue = new FairRequestQueue(settings.queue().weights(), settings.queue().ageing());
    int maximumRows = Math.min(model.maximumBatchRows(), settings.maximumBatchRows());
    this.policy =
        model.text() == null
            ? new AdaptiveBatchPolicy(model.policy(), maximumRows, latency)
            : new ContinuousPolicy();
    engine.rehearsals().forEach(policy::rehearsed);
    metrics.maximumRows(maximumRows);
  }

  ServingPolicy serving() {
    return model.policy();
  }

  RequestQueue queue() {
    return queue;
  }

  void add(QueueEntry entry, QueuedRequest request, long now) {
    queue.add(entry, request.envelope().tenant());
    policy.arrived(entry, now);
  }

  BatchDecision decide(long now) {
    // Who asks is taken to have something to score.
    return policy.decide(queue, queue.isEmpty() ? 0 : engine.capacity(), now);
  }

  void start(List<EngineRequest> batch, EngineInbox inbox) {
    engine.start(batch, inbox);
  }

  void cancel(long id) {
    engine.cancel(id);
  }

  /** Learns from a batch whose last request has ended. */
  void ended(InFlight.Batch batch, long nanoTime) {
    policy.observe(batch.cost(), (nanoTime - batch.dispatchedAt()) / NANOSECONDS);
    metrics.scored(nanoTime - batch.dispatchedAt());
  }

  ModelMetrics metrics() {
    return metrics;
  }

  /** Brings the gauges up to date. */
  void observe() {
    // The share of the engine that is busy, whoever of its users keeps it so.
    double utilisation = engine.utilisation();
    metrics.observe(queue.size(), utilisation, latency);
  }

  @Override
  public void close() {
    engine.close();
  }
}

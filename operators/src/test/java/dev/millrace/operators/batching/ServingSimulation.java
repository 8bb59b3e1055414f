package dev.millrace.operators.batching;

import dev.millrace.operators.queue.Arrivals;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.queue.RequestQueue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * A queue and a policy before an engine, in virtual time: what happens is decided by the seed alone
 * and takes no time to wait for. As in a task, the policy sees a clock of whole milliseconds, and
 * the engine says 0 or a full batch when asked for its capacity.
 */
final class ServingSimulation {
  private static final long EPOCH = 1_790_000_000_000L;

  private final EngineProfile engine;
  private final BatchPolicy policy;
  private final RequestQueue queue;
  private final Random random;
  private final Arrivals arrivals = new Arrivals();
  private final Map<QueueEntry, SimulatedRequest> waiting = new HashMap<>();
  private final PriorityQueue<Running> running =
      new PriorityQueue<>(Comparator.comparingDouble(Running::end));
  private final List<Served> served = new ArrayList<>();
  private final List<SimulatedRequest> dropped = new ArrayList<>();
  private int batches;

  ServingSimulation(EngineProfile engine, BatchPolicy policy, RequestQueue queue, long seed) {
    this.engine = engine;
    this.policy = policy;
    this.queue = queue;
    this.random = new Random(seed);
  }

  private record Running(double start, double end, long cost) {}

  /** A request that was scored, in time or not. */
  record Served(SimulatedRequest request, double start, double end) {
    boolean inTime() {
      return end < request.deadline();
    }

    double waited() {
      return start - request.arrival();
    }

    double latency() {
      return end - request.arrival();
    }
  }

  /** What became of all requests. */
  record Report(List<Served> served, List<SimulatedRequest> dropped, int batches) {
    long inTime() {
      return served.stream().filter(Served::inTime).count();
    }

    /** The share of all. */
    double shareInTime() {
      return (double) inTime() / (served.size() + dropped.size());
    }

    double meanBatch() {
      return (double) served.size() / batches;
    }

    /** What was scored in a millisecond, until the last was. */
    double throughput() {
      return served.size() / served.stream().mapToDouble(Served::end).max().orElseThrow();
    }

    /** How long those of a tenant waited at most, but for one in a hundred; milliseconds. */
    double waitP99(String tenant) {
      return p99(tenant, Served::waited);
    }

    /** The same until they were answered. */
    double latencyP99(String tenant) {
      return p99(tenant, Served::latency);
    }

    private double p99(String tenant, ToDoubleFunction<Served> time) {
      double[] times =
          served.stream()
              .filter(each -> each.request().tenant().equals(tenant))
              .mapToDouble(time)
              .sorted()
              .toArray();
      return times[(int) Math.ceil(0.99 * times.length) - 1];
    }
  }

  /** Runs until all have been answered. */
  Report run(List<SimulatedRequest> requests) {
    int next = 0;
    double wake = Double.POSITIVE_INFINITY;
    while (next < requests.size() || !running.isEmpty() || !waiting.isEmpty()) {
      double arrival =
          next < requests.size() ? requests.get(next).arrival() : Double.POSITIVE_INFINITY;
      double end = running.isEmpty() ? Double.POSITIVE_INFINITY : running.element().end();
      double time = Math.min(arrival, Math.min(end, wake));
      if (time == Double.POSITIVE_INFINITY) {
        throw new IllegalStateException(queue.size() + " requests wait for nothing");
      }
      if (time == end) {
        Running ended = running.remove();
        policy.observe(ended.cost(), ended.end() - ended.start());
      } else if (time == arrival) {
        add(requests.get(next++));
      }
      wake = serve(time);
    }
    return new Report(served, dropped, batches);
  }

  private void add(SimulatedRequest request) {
    long now = EPOCH + (long) request.arrival();
    long deadline =
        request.deadline() == Long.MAX_VALUE ? Long.MAX_VALUE : EPOCH + request.deadline();
    QueueEntry entry =
        new QueueEntry(
            0,
            arrivals.next(now),
            request.priority(),
            deadline,
            request.rows(),
            request.shape(),
            waiting.size());
    waiting.put(entry, request);
    queue.add(entry, request.tenant());
    policy.arrived(entry, now);
  }

  /** Carries out what the policy decides, and returns when it wants to be asked again. */
  private double serve(double time) {
    long now = EPOCH + (long) time;
    while (true) {
      int capacity = running.size() < engine.streams() ? engine.maximumRows() : 0;
      BatchDecision decision = policy.decide(queue, capacity, now);
      if (decision instanceof BatchDecision.Dispatch dispatch) {
        start(dispatch.requests(), time);
      } else if (decision instanceof BatchDecision.Drop drop) {
        drop.expired().forEach(entry -> dropped.add(answer(entry)));
      } else if (decision instanceof BatchDecision.WaitUntil wait) {
        return wait.time() == Long.MAX_VALUE ? Double.POSITIVE_INFINITY : wait.time() - EPOCH;
      }
    }
  }

  /** A second answer to one request would be a fault of the policy. */
  private SimulatedRequest answer(QueueEntry entry) {
    return Objects.requireNonNull(waiting.remove(entry), () -> entry + " is answered twice");
  }

  private void start(List<QueueEntry> batch, double time) {
    long cost = batch.stream().mapToLong(QueueEntry::cost).sum();
    double end = time + engine.milliseconds(cost, random);
    running.add(new Running(time, end, cost));
    batches++;
    batch.forEach(entry -> served.add(new Served(answer(entry), time, end)));
  }
}

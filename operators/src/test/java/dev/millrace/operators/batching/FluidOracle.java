package dev.millrace.operators.batching;

import java.util.List;

/**
 * How many requests an engine could answer in time if the future were known: more than any policy
 * can, where all have the same timeout and one row.
 *
 * <p>A batch is spread over the time it takes: then what the streams do together is a fluid server
 * no faster than the engine's best batches are, best among those that end within a timeout, since
 * others answer nobody in time. Such a server loses nothing by taking requests in the order in
 * which they came, and each that it can complete by its deadline (Moore 1968, for jobs of one
 * size). No answer can come sooner than that of a batch of one row.
 */
final class FluidOracle {
  private FluidOracle() {}

  static long inTime(List<SimulatedRequest> requests, EngineProfile engine, double timeout) {
    double rate = engine.capacity(timeout);
    double alone = engine.milliseconds(1);
    double free = 0;
    long inTime = 0;
    for (SimulatedRequest request : requests) {
      double end = Math.max(free, request.arrival()) + 1 / rate;
      if (Math.max(end, request.arrival() + alone) < request.deadline()) {
        free = end;
        inTime++;
      }
    }
    return inTime;
  }
}

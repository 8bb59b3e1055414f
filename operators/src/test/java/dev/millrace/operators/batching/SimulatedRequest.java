package dev.millrace.operators.batching;

import dev.millrace.operators.queue.ShapeLanes;

/**
 * A request of a simulation.
 *
 * @param arrival milliseconds since the simulation began
 * @param deadline the same, {@link Long#MAX_VALUE} for none; itself too late
 */
record SimulatedRequest(
    double arrival, long deadline, int rows, int shape, int priority, String tenant) {

  /** Of one row, in the middle of everything. */
  static SimulatedRequest of(double arrival, long timeout) {
    return new SimulatedRequest(
        arrival, (long) arrival + timeout, 1, ShapeLanes.FIXED, 5, "default");
  }

  SimulatedRequest withoutDeadline() {
    return new SimulatedRequest(arrival, Long.MAX_VALUE, rows, shape, priority, tenant);
  }

  SimulatedRequest withTimeout(long timeout) {
    return new SimulatedRequest(arrival, (long) arrival + timeout, rows, shape, priority, tenant);
  }

  SimulatedRequest withShape(int other) {
    return new SimulatedRequest(arrival, deadline, rows, other, priority, tenant);
  }

  SimulatedRequest withPriority(int other) {
    return new SimulatedRequest(arrival, deadline, rows, shape, other, tenant);
  }

  SimulatedRequest withTenant(String other) {
    return new SimulatedRequest(arrival, deadline, rows, shape, priority, other);
  }
}

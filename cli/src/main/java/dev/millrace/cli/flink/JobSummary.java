package dev.millrace.cli.flink;

import java.time.Instant;

/**
 * A job of a cluster.
 *
 * @param id 32 hexadecimal digits
 * @param state as Flink names it, such as {@code RUNNING}
 * @param runningTasks how many of its tasks run
 * @param tasks how many it has
 */
public record JobSummary(
    String id, String name, String state, Instant startedAt, int runningTasks, int tasks) {
  /** Whether it has ended for good. */
  public boolean hasEnded() {
    return switch (state) {
      case "FINISHED", "CANCELED", "FAILED" -> true;
      default -> false;
    };
  }

  /** Whether it and all of its tasks run. */
  public boolean isRunning() {
    return state.equals("RUNNING") && tasks > 0 && runningTasks == tasks;
  }
}

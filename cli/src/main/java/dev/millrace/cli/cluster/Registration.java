package dev.millrace.cli.cluster;

import dev.millrace.cli.flink.FlinkRest;
import dev.millrace.cli.flink.FlinkRestException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a TaskManager is registered with the JobManager. One that was killed stays registered for
 * a moment, under the same name and another address. Confined to one thread.
 */
final class Registration implements JvmMember.Readiness {
  private final FlinkRest rest;
  private final String taskManager;

  /** Where the process before this one was to be reached. */
  private @Nullable String before;

  /** Where this one is, once it has been registered. */
  private @Nullable String now;

  Registration(FlinkRest rest, String taskManager) {
    this.rest = rest;
    this.taskManager = taskManager;
  }

  @Override
  public void processStarts() {
    before = now == null ? before : now;
    now = null;
  }

  /** Where no JobManager answers, what was registered still is. */
  @Override
  public boolean look() throws InterruptedException {
    String address;
    try {
      address = rest.taskManagers().get(taskManager);
    } catch (FlinkRestException e) {
      return now != null;
    }
    if (address == null || address.equals(before)) {
      return false;
    }
    now = address;
    return true;
  }
}

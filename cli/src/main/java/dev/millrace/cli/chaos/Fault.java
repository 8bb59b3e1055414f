package dev.millrace.cli.chaos;

import java.util.Locale;

/** What is done to a cluster. */
public enum Fault {
  KILL_TASKMANAGER("kill -9 of a TaskManager that has tasks"),
  KILL_JOBMANAGER("kill -9 of the JobManager that leads"),
  FREEZE_TASKMANAGER("a TaskManager stands still past its heartbeat, and wakes as a zombie"),
  RESTART_BROKER("the broker is stopped and started again"),
  RESCALE_UP("parallelism 1 to 2"),
  RESCALE_DOWN("parallelism 2 to 1"),
  UPGRADE("another jar, from a savepoint"),
  FAIL_CHECKPOINTS("nothing can be written where checkpoints go, for a while"),
  FILL_QUEUE("a burst of many seconds' worth of requests"),
  POISON("bad input of every kind");

  private final String what;

  Fault(String what) {
    this.what = what;
  }

  /** What is done, for people. */
  public String what() {
    return what;
  }

  /** As users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package dev.millrace.gateway.tasks;

/** Waits for the end of a task. Called on a thread that must not be blocked. */
@FunctionalInterface
public interface TaskWatcher {
  /**
   * The task may have ended. Also called when nothing has changed, such as after each connection to
   * the database, since notifications may have been missed before.
   */
  void look();

  /** This gateway ends: whoever waits has to leave. */
  default void dismissed() {
    // Who does nothing but look has nobody to send away.
  }
}

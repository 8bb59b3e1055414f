package dev.millrace.gateway.auth;

import dev.millrace.gateway.auth.KeyLocation.RefreshSettings;

/**
 * When keys are fetched: regularly, sooner after a failure or for a key that is not known, and
 * never twice within the minimum interval. Not for use by several threads at once.
 */
final class RefreshSchedule {
  private final long interval;
  private final long minimumInterval;

  private long lastStart;
  private long next;
  private boolean fetching;

  RefreshSchedule(RefreshSettings settings, long nowMillis) {
    this.interval = settings.interval().toMillis();
    this.minimumInterval = settings.minimumInterval().toMillis();
    this.lastStart = nowMillis - minimumInterval;
    this.next = nowMillis;
  }

  /** Whether a fetch is to begin now; its end must be told. */
  boolean begin(long nowMillis) {
    if (fetching || nowMillis < next) {
      return false;
    }
    fetching = true;
    lastStart = nowMillis;
    return true;
  }

  void succeeded() {
    fetching = false;
    next = lastStart + interval;
  }

  void failed() {
    fetching = false;
    next = lastStart + minimumInterval;
  }

  /**
   * A key was asked for that is not known.
   *
   * @return whether a fetch is under way or due
   */
  boolean missed(long nowMillis) {
    if (!fetching && nowMillis >= lastStart + minimumInterval) {
      next = Math.min(next, nowMillis);
    }
    return fetching || nowMillis >= next;
  }
}

package dev.millrace.cli.cluster;

import java.time.Duration;

/**
 * How long to wait before a member is started again: longer each time it dies young, from the
 * beginning again once it has lived for a while.
 *
 * <p>Confined to one thread.
 */
final class BackOff {
  private final Duration first;
  private final Duration longest;
  private final Duration settled;
  private Duration next;

  /**
   * @param settled a member that has lived for so long was well
   */
  BackOff(Duration first, Duration longest, Duration settled) {
    this.first = first;
    this.longest = longest;
    this.settled = settled;
    this.next = first;
  }

  /** From half a second to half a minute. */
  static BackOff ofMembers() {
    return new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  /**
   * How long to wait now.
   *
   * @param lived how long the member that has just ended had lived
   */
  Duration afterEnd(Duration lived) {
    if (lived.compareTo(settled) >= 0) {
      next = first;
    }
    Duration wait = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return wait;
  }
}

package dev.millrace.operators.window;

import java.util.Locale;

/** What becomes of a request that comes when as many wait as may. */
public enum Overflow {
  /** It waits in Kafka, and all that comes behind it too. */
  BACK_PRESSURE,
  /** It is rejected. */
  REJECT,
  /**
   * The request that can best be spared is rejected, which is the new one if none is less urgent.
   */
  DROP_LOWEST_PRIORITY;

  /** As options are written. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

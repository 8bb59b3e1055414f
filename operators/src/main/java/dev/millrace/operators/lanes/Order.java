package dev.millrace.operators.lanes;

import java.util.Locale;

/** In which order answers are given. */
public enum Order {
  /** As they are ready. */
  NONE,
  /** Of one record key: as the requests came. Those without a key as they are ready. */
  KEY;

  /** As options are written. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

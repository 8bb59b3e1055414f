package dev.millrace.operators.window;

import java.io.Serializable;

/** Measures how long batches take; the time of day comes from Flink. */
@FunctionalInterface
interface NanoClock extends Serializable {
  /** {@link System#nanoTime}. */
  NanoClock SYSTEM = System::nanoTime;

  /** Nanoseconds since some moment. */
  long nanoTime();
}

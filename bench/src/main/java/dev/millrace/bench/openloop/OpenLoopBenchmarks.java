package dev.millrace.bench.openloop;

import dev.millrace.bench.Benchmark;
import java.util.List;

/** The benchmarks of this package. */
public final class OpenLoopBenchmarks {
  private OpenLoopBenchmarks() {}

  /** All of them, in the order in which they are listed. */
  public static List<Benchmark> all() {
    return List.of(new Latency(), new Bursts(), new Overload(), new Fairness(), new Urgency());
  }
}

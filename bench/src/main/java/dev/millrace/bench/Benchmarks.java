package dev.millrace.bench;

import dev.millrace.bench.openloop.OpenLoopBenchmarks;
import dev.millrace.bench.saturation.SaturationBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The benchmarks there are. */
final class Benchmarks {
  private Benchmarks() {}

  /** All of them, in the order in which they are listed. */
  static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    all.add(new SaturationBenchmark());
    all.addAll(OpenLoopBenchmarks.all());
    return all;
  }

  /** The one of that name. */
  static Optional<Benchmark> find(String name) {
    return all().stream().filter(benchmark -> benchmark.name().equals(name)).findFirst();
  }
}

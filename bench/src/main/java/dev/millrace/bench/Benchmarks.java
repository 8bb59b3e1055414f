package dev.millrace.bench;

import dev.millrace.bench.gateway.GatewayBenchmark;
import dev.millrace.bench.generation.GenerationBenchmark;
import dev.millrace.bench.openloop.OpenLoopBenchmarks;
import dev.millrace.bench.saturation.SaturationBenchmark;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The benchmarks there are. */
final class Benchmarks {
  private Benchmarks() {}

  /** All of them, in the order in which they are listed. */
  static List<Benchmark> all() {
    return Stream.concat(
            Stream.of(new SaturationBenchmark(), new GenerationBenchmark(), new GatewayBenchmark()),
            OpenLoopBenchmarks.all().stream())
        .toList();
  }

  /** The one of that name. */
  static Optional<Benchmark> find(String name) {
    return all().stream().filter(benchmark -> benchmark.name().equals(name)).findFirst();
  }
}

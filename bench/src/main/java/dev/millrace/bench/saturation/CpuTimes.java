package dev.millrace.bench.saturation;

import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How much CPU each part of the process tree had used, at several times of a run. */
final class CpuTimes {
  /** Where CPU goes. */
  enum Part {
    /** Threads of the engine. */
    ENGINE,
    /** Threads of Flink's tasks: decoding, queueing, state, encoding. */
    TASKS,
    /** Threads of Kafka's clients and of the source's fetchers. */
    KAFKA_CLIENTS,
    /** All other threads of Java. */
    OTHER_THREADS,
    /** What no thread of Java used: the collector, the compiler. */
    VIRTUAL_MACHINE,
    /** The broker's process. */
    BROKER
  }

  /** By epoch milliseconds: nanoseconds since whenever. */
  private final NavigableMap<Long, Map<Part, Long>> samples = new TreeMap<>();

  /** Takes a sample. */
  void add(long now, Map<Part, Long> nanoseconds) {
    samples.put(now, new EnumMap<>(nanoseconds));
  }

  /**
   * The share of one core that each part kept busy, on average, in a part of the run. Between the
   * samples nearest to its ends: samples are taken often, as runs go.
   */
  Map<Part, Double> busy(SteadyState state) {
    Map<Part, Double> busy = new EnumMap<>(Part.class);
    if (samples.isEmpty()) {
      return busy;
    }
    long from = nearest(state.begin());
    long to = nearest(state.end());
    if (from < to) {
      Map<Part, Long> before = samples.getOrDefault(from, Map.of());
      Map<Part, Long> after = samples.getOrDefault(to, Map.of());
      after.forEach(
          (part, nanoseconds) ->
              busy.put(part, (nanoseconds - before.getOrDefault(part, 0L)) / 1e6 / (to - from)));
    }
    return busy;
  }

  private long nearest(long time) {
    Long below = samples.floorKey(time);
    Long above = samples.ceilingKey(time);
    if (below == null || above == null) {
      return below == null ? samples.firstKey() : below;
    }
    return time - below <= above - time ? below : above;
  }
}

package dev.millrace.bench.saturation;

import dev.millrace.bench.saturation.CpuTimes.Part;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one run of a system gave.
 *
 * @param rate answers a second
 * @param microseconds of CPU for each answer, by where they went; empty when they were not measured
 * @param violations of exactly one answer to each request
 */
record Measurement(double rate, Map<Part, Double> microseconds, List<String> violations) {
  /** What a run gave, out of when its answers were written and what CPU was used meanwhile. */
  static Measurement of(AnswerAudit audit, CpuTimes times) {
    SteadyState state = SteadyState.of(audit.timestamps());
    Map<Part, Double> microseconds = new EnumMap<>(Part.class);
    times.busy(state).forEach((part, busy) -> microseconds.put(part, busy * 1e6 / state.rate()));
    return new Measurement(state.rate(), microseconds, audit.violations());
  }

  /** Microseconds of CPU for each answer, of some parts together. */
  double microseconds(Part... parts) {
    double sum = 0;
    for (Part part : parts) {
      sum += microseconds.getOrDefault(part, 0.0);
    }
    return sum;
  }
}

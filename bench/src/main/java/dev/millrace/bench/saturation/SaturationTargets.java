package dev.millrace.bench.saturation;

import dev.millrace.bench.report.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the job should reach, as a multiple of the answers a second of something else. */
final class SaturationTargets {
  /** By model, then by baseline. */
  private static final Map<String, Map<String, Target>> TARGETS =
      Map.of(
          "encoder", Map.of("limit", Target.atLeast(0.90)),
          "digits",
              Map.of(
                  "limit", Target.atLeast(0.60),
                  "per-record", Target.atLeast(3.0),
                  "window", Target.atLeast(1.0)),
          "no-op", Map.of("pass-through", Target.atLeast(0.70)));

  private SaturationTargets() {}

  /** The target of a model beside a baseline; null when there is none. */
  static @Nullable Target of(String model, String baseline) {
    return TARGETS.getOrDefault(model, Map.of()).get(baseline);
  }
}

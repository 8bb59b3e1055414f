package dev.millrace.bench.report;

import java.time.Instant;
import java.util.Map;

/** A small report. */
final class Example {
  static final Measure RATE = new Measure("answers-per-second", "answers/s", "answers/s", 0);
  static final Measure CPU = new Measure("all-cpu", "all CPU", "µs/answer", 1);

  private Example() {}

  static Report report() {
    Row limit = new Row("limit", "batches of 64", Map.of(RATE, Figures.of(31_000, 30_000, 32_000)));
    Row millrace =
        new Row(
            "millrace",
            "",
            Map.of(RATE, Figures.of(20_000, 21_000, 22_000), CPU, Figures.of(80, 81.25, 90)));
    return Report.of(
            "saturation",
            "Answers a second",
            new Environment(
                Instant.parse("2026-11-25T00:00:00Z"), 2, 24L << 30, 2L << 30, "a JVM", "Linux"))
        .condition("model", "digits/1")
        .measure(RATE)
        .measure(CPU)
        .row(limit)
        .row(millrace)
        .check(Check.ratio(RATE, millrace, limit, Target.atLeast(0.6)))
        .check(new Check("millrace, p50", "ms", Figures.of(Double.NaN), null))
        .violation("window: 3 answers too many")
        .build();
  }
}

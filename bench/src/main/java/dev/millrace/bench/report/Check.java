package dev.millrace.bench.report;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A figure that sums up a benchmark, most often a ratio of two systems, beside what it should be.
 *
 * @param what it is, such as {@code millrace / limit, requests/s}
 * @param unit such as {@code ms}; empty for a ratio
 * @param figures by round; the median counts
 * @param target null when there is none, and the figure is only of interest
 */
public record Check(String what, String unit, Figures figures, @Nullable Target target) {

  /** How one system compares with another, round by round. */
  public static Check ratio(Measure measure, Row system, Row baseline, @Nullable Target target) {
    return new Check(
        "%s / %s, %s".formatted(system.system(), baseline.system(), measure.title()),
        "",
        system.require(measure).dividedBy(baseline.require(measure)),
        target);
  }

  /** Whether the median is as it should be; empty when there is no target. */
  public Optional<Boolean> met() {
    return Optional.ofNullable(target).map(wanted -> wanted.isMetBy(figures.median()));
  }
}

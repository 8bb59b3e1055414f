package dev.millrace.bench.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All that was measured of one system.
 *
 * @param system its name
 * @param setting how it was set, such as {@code 32 requests or 10 ms}; may be empty
 * @param figures by measure; a measure that says nothing of this system is left out
 */
public record Row(String system, String setting, Map<Measure, Figures> figures) {
  public Row {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /** What was measured, if it was. */
  public Optional<Figures> figures(Measure measure) {
    return Optional.ofNullable(figures.get(measure));
  }

  /**
   * What was measured.
   *
   * @throws IllegalArgumentException when it was not
   */
  public Figures require(Measure measure) {
    return figures(measure)
        .orElseThrow(
            () -> new IllegalArgumentException(system + " has no figures of " + measure.key()));
  }
}

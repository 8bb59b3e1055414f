package dev.millrace.operators.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * One counter for each constant of an enum, told apart by a label; all are there from the start, at
 * zero.
 */
public final class LabelledCounter<E extends Enum<E>> {
  private final Map<E, Counter> counters;

  /**
   * Registers the counters.
   *
   * @param label the name of the label
   * @param value the label's value for a constant
   */
  public LabelledCounter(
      MetricGroup group, String name, String label, Class<E> type, Function<E, String> value) {
    counters = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      counters.put(
          constant, MillraceMetrics.of(group.addGroup(label, value.apply(constant))).counter(name));
    }
  }

  /** Counts one. */
  public void increment(E constant) {
    Objects.requireNonNull(counters.get(constant)).inc();
  }
}

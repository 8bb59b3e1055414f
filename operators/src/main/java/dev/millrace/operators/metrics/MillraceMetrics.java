package dev.millrace.operators.metrics;

import org.apache.flink.metrics.MetricGroup;

/**
 * Where Millrace's metrics are registered.
 *
 * <p>A reporter joins the names of all groups into the name of the metric, those of labels too.
 * With this group as the last of them, every name ends in {@code millrace_…} whatever its labels,
 * and one relabelling rule frees it from Flink's prefix.
 */
public final class MillraceMetrics {
  private MillraceMetrics() {}

  /** The group for metrics with the labels of a group. */
  public static MetricGroup of(MetricGroup labelled) {
    return labelled.addGroup("millrace");
  }
}

package dev.millrace.operators.window;

import dev.millrace.operators.metrics.LabelledCounter;
import dev.millrace.operators.metrics.MillraceMetrics;
import dev.millrace.operators.metrics.SecondsHistogram;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.ResultStatus;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What can be seen of the window from outside. Written on the mailbox thread, read by reporters on
 * theirs.
 */
final class WindowMetrics {
  private static final int WINDOW = 2_000;

  private final MetricGroup root;
  private final LabelledCounter<ResultStatus> answered;
  private volatile int inFlight;

  WindowMetrics(MetricGroup operator) {
    root = operator;
    answered =
        new LabelledCounter<>(
            root, "requests_total", "status", ResultStatus.class, ResultStatus::wireName);
    MillraceMetrics.of(root).gauge("in_flight_requests", () -> inFlight);
  }

  void answered(ResultStatus status) {
    answered.increment(status);
  }

  void inFlight(int requests) {
    inFlight = requests;
  }

  /** Registers the figures of a model version. */
  PerModel of(ModelVersion model) {
    return new PerModel(root, model);
  }

  /** The figures of one model version. */
  static final class PerModel {
    private final Histogram queueSeconds = new SecondsHistogram();
    private final Histogram scoreSeconds = new SecondsHistogram();
    private final Histogram batchSize = new DescriptiveStatisticsHistogram(WINDOW);
    private volatile int queueDepth;
    private volatile double utilisation;

    private PerModel(MetricGroup root, ModelVersion model) {
      MetricGroup group =
          MillraceMetrics.of(
              root.addGroup("model", model.name())
                  .addGroup("version", Integer.toString(model.version())));
      group.gauge("queue_depth_requests", () -> queueDepth);
      group.gauge("engine_utilisation_ratio", () -> utilisation);
      group.histogram("queue_seconds", queueSeconds);
      group.histogram("score_seconds", scoreSeconds);
      group.histogram("batch_size_requests", batchSize);
    }

    void dispatched(int requests) {
      batchSize.update(requests);
    }

    void waited(long milliseconds) {
      queueSeconds.update(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    void scored(long nanoseconds) {
      scoreSeconds.update(nanoseconds);
    }

    void observe(int depth, double busyShare) {
      queueDepth = depth;
      utilisation = busyShare;
    }
  }
}

package dev.millrace.operators.window;

import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Outcome;
import dev.millrace.operators.batching.LatencyModel;
import dev.millrace.operators.metrics.MillraceMetrics;
import dev.millrace.operators.metrics.SecondsHistogram;
import dev.millrace.protocol.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.jspecify.annotations.Nullable;

/** The figures of one model version. Written on the mailbox thread, read by reporters on theirs. */
final class ModelMetrics {
  private static final int WINDOW = 2_000;
  private static final double MILLISECONDS = 1e3;

  /** The weight of the newest batch in the batch fill. */
  private static final double NEWEST = 0.02;

  /** Levels beyond this share a label: clients choose them freely, and labels must stay few. */
  private static final int LABELLED_PRIORITIES = 10;

  private final MetricGroup labelled;
  private final Histogram scoreSeconds = new SecondsHistogram();
  private final Histogram batchSize = new DescriptiveStatisticsHistogram(WINDOW);
  private final Counter deadlineMisses;
  private final Counter scoredPositions;
  private final Counter paddingPositions;

  /** By level; the last for all beyond. Those that no request had are not registered. */
  private final List<@Nullable Histogram> queueSeconds = new ArrayList<>();

  /** Null for a model that generates no text. */
  private final @Nullable GenerationMetrics generation;

  private int maximumRows = 1;
  private double recentFill;
  private volatile int queueDepth;
  private volatile double utilisation;
  private volatile double batchFill;
  private volatile double secondsPerBatch;
  private volatile double secondsPerRow;
  private volatile double marginSeconds;

  ModelMetrics(MetricGroup root, ModelSpec model) {
    ModelVersion version = model.version();
    labelled =
        root.addGroup("model", version.name())
            .addGroup("version", Integer.toString(version.version()));
    for (int level = 0; level <= LABELLED_PRIORITIES; level++) {
      queueSeconds.add(null);
    }
    MetricGroup group = MillraceMetrics.of(labelled);
    group.gauge("queue_depth_requests", () -> queueDepth);
    group.gauge("engine_utilisation_ratio", () -> utilisation);
    group.gauge("batch_fill_ratio", () -> batchFill);
    group.gauge("latency_per_batch_seconds", () -> secondsPerBatch);
    group.gauge("latency_per_row_seconds", () -> secondsPerRow);
    group.gauge("latency_margin_seconds", () -> marginSeconds);
    group.histogram("score_seconds", scoreSeconds);
    group.histogram("batch_size_requests", batchSize);
    deadlineMisses = group.counter("deadline_misses_total");
    scoredPositions = group.counter("scored_positions_total");
    paddingPositions = group.counter("padding_positions_total");
    group.gauge("padding_waste_ratio", this::paddingWaste);
    generation = model.text() == null ? null : new GenerationMetrics(group);
  }

  void maximumRows(int rows) {
    maximumRows = rows;
  }

  void dispatched(int requests, int rows, Padding padding) {
    batchSize.update(requests);
    recentFill += NEWEST * ((double) rows / maximumRows - recentFill);
    scoredPositions.inc(padding.scored());
    paddingPositions.inc(padding.padding());
  }

  private double paddingWaste() {
    long scored = scoredPositions.getCount();
    return scored == 0 ? 0 : (double) paddingPositions.getCount() / scored;
  }

  void waited(int priority, long milliseconds) {
    queueSeconds(priority).update(TimeUnit.MILLISECONDS.toNanos(milliseconds));
  }

  private Histogram queueSeconds(int priority) {
    int index = Math.min(priority - 1, LABELLED_PRIORITIES);
    Histogram histogram = queueSeconds.get(index);
    if (histogram == null) {
      String label =
          index < LABELLED_PRIORITIES ? Integer.toString(priority) : "over_" + LABELLED_PRIORITIES;
      histogram =
          MillraceMetrics.of(labelled.addGroup("priority", label))
              .histogram("queue_seconds", new SecondsHistogram());
      queueSeconds.set(index, histogram);
    }
    return histogram;
  }

  void scored(long nanoseconds) {
    scoreSeconds.update(nanoseconds);
  }

  /** A token was generated. */
  void generated() {
    if (generation != null) {
      generation.token();
    }
  }

  /** All texts of a request were generated. */
  void generated(Outcome.Generated generated, long queuedMillis) {
    if (generation != null) {
      generation.ended(generated, queuedMillis);
    }
  }

  /** A request with a deadline was not answered before it. */
  void deadlineMissed() {
    deadlineMisses.inc();
  }

  void observe(int depth, double busyShare, LatencyModel latency) {
    queueDepth = depth;
    utilisation = busyShare;
    batchFill = recentFill;
    secondsPerBatch = latency.perBatch() / MILLISECONDS;
    secondsPerRow = latency.perRow() / MILLISECONDS;
    marginSeconds = latency.margin() / MILLISECONDS;
  }
}

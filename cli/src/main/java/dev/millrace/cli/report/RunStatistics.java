package dev.millrace.cli.report;

import dev.millrace.protocol.RecordCoordinates;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * Accuracy, latency and batch sizes of the requests of one run, joined from its requests and
 * answers in whatever order they are read.
 */
public final class RunStatistics {
  private static final int PRECISION_DIGITS = 3;

  private final Map<RecordCoordinates, Asked> asked = new HashMap<>();
  private final Map<RecordCoordinates, Answered> answered = new HashMap<>();
  private final Histogram latencies = new Histogram(PRECISION_DIGITS);
  private final Histogram batchSizes = new Histogram(PRECISION_DIGITS);
  private long labelled;
  private long correct;
  private long joined;
  private long firstAsked = Long.MAX_VALUE;
  private long lastAnswered;

  /** No class: a request that has no label, or an answer that has no probabilities. */
  public static final int NO_CLASS = -1;

  /**
   * A request.
   *
   * @param writtenAt epoch milliseconds
   * @param label the class it should be given, or {@link #NO_CLASS}
   */
  public record Asked(long writtenAt, int label) {}

  /**
   * An answer.
   *
   * @param seenAt when the consumer saw it, epoch milliseconds
   * @param predicted the most probable class, or {@link #NO_CLASS}
   * @param batchSize how many requests were scored together, or 0
   */
  public record Answered(long seenAt, int predicted, int batchSize) {}

  /** A request of the run was read. */
  public void asked(RecordCoordinates request, Asked what) {
    Answered answer = answered.remove(request);
    if (answer == null) {
      asked.put(request, what);
    } else {
      join(what, answer);
    }
  }

  /** An answer was read. */
  public void answered(RecordCoordinates request, Answered what) {
    Asked question = asked.remove(request);
    if (question == null) {
      answered.put(request, what);
    } else {
      join(question, what);
    }
  }

  private void join(Asked question, Answered answer) {
    joined++;
    firstAsked = Math.min(firstAsked, question.writtenAt());
    lastAnswered = Math.max(lastAnswered, answer.seenAt());
    latencies.recordValue(Math.max(0, answer.seenAt() - question.writtenAt()));
    if (answer.batchSize() > 0) {
      batchSizes.recordValue(answer.batchSize());
    }
    if (question.label() != NO_CLASS) {
      labelled++;
      correct += question.label() == answer.predicted() ? 1 : 0;
    }
  }

  /** Requests of the run that are answered. */
  public long count() {
    return joined;
  }

  /** The share of labelled requests that were given their class; empty when none has a label. */
  public OptionalDouble accuracy() {
    return labelled == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) correct / labelled);
  }

  /** Answers a second, from the first request written to the last answer seen. */
  public double throughput() {
    return joined == 0 ? 0 : joined * 1000.0 / Math.max(1, lastAnswered - firstAsked);
  }

  /** Milliseconds from a request's being written to its answer's being seen, at this percentile. */
  public long latency(double percentile) {
    return latencies.getValueAtPercentile(percentile);
  }

  /** The figures as rows of a table. */
  public void addTo(Table table) {
    accuracy()
        .ifPresent(
            share ->
                table.row(
                    "accuracy",
                    "%.2f %% (%d of %d labelled)".formatted(100 * share, correct, labelled)));
    table.row("throughput", "%.0f answers/s".formatted(throughput()));
    table.row(
        "latency",
        "p50 %d ms, p99 %d ms, most %d ms (request written to answer committed and read)"
            .formatted(latency(50), latency(99), latencies.getMaxValue()));
    if (batchSizes.getTotalCount() > 0) {
      table.row(
          "batch size",
          "mean %.1f, p50 %d, p99 %d, most %d (as requests met it)"
              .formatted(
                  batchSizes.getMean(),
                  batchSizes.getValueAtPercentile(50),
                  batchSizes.getValueAtPercentile(99),
                  batchSizes.getMaxValue()));
    }
  }
}

package dev.millrace.bench.load;

import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/**
 * What became of every request of a plan.
 *
 * <p>A request may have had several answers, as at-least-once delivery allows: the first counts.
 */
public final class LoadOutcome {
  /** The arrival of an answer that has not come. */
  static final long NONE = -1;

  private static final int PRECISION_DIGITS = 3;
  private static final double NANOS_PER_SECOND = 1e9;

  private final LoadPlan plan;
  private final long[] answeredAt;
  private final ResultStatus[] statuses;
  private final int repeats;
  private final long observedUntil;

  /**
   * What was heard.
   *
   * @param at by request, nanoseconds after the beginning, or {@link #NONE}
   * @param statuses by request; of those that were answered
   * @param repeats answers to requests that had been answered
   */
  record Answers(long[] at, ResultStatus[] statuses, int repeats) {}

  /**
   * @param observedUntil nanoseconds after the beginning
   */
  LoadOutcome(LoadPlan plan, Answers answers, long observedUntil) {
    this.plan = plan;
    this.answeredAt = answers.at();
    this.statuses = answers.statuses();
    this.repeats = answers.repeats();
    this.observedUntil = observedUntil;
  }

  /** What was asked. */
  public LoadPlan plan() {
    return plan;
  }

  /** Requests that have no answer. */
  public int unanswered() {
    return unanswered(kind -> true);
  }

  /** Those of a kind that have no answer. */
  public int unanswered(Predicate<Traffic> kind) {
    int count = 0;
    for (int request = 0; request < answeredAt.length; request++) {
      count += answeredAt[request] == NONE && kind.test(plan.kind(request)) ? 1 : 0;
    }
    return count;
  }

  /** Answers to requests that had been answered already. */
  public int repeats() {
    return repeats;
  }

  /** Whether a request has an answer. */
  public boolean answered(int request) {
    return answeredAt[request] != NONE;
  }

  /** When a request was answered, in nanoseconds after the beginning, if it was. */
  public long answeredAt(int request) {
    return answeredAt[request];
  }

  /** How those that were answered ended. */
  public Map<ResultStatus, Integer> byStatus() {
    Map<ResultStatus, Integer> counts = new EnumMap<>(ResultStatus.class);
    for (int request = 0; request < answeredAt.length; request++) {
      if (answeredAt[request] != NONE) {
        counts.merge(statuses[request], 1, Integer::sum);
      }
    }
    return counts;
  }

  /** Whether a request was scored, and its result there before its deadline. */
  public boolean inTime(int request) {
    return scored(request) && answeredAt[request] <= plan.deadline(request);
  }

  private boolean scored(int request) {
    return answeredAt[request] != NONE && statuses[request] == ResultStatus.OK;
  }

  /** How many were answered in time. */
  public int inTime() {
    int count = 0;
    for (int request = 0; request < answeredAt.length; request++) {
      count += inTime(request) ? 1 : 0;
    }
    return count;
  }

  /** The share of all requests that was answered in time. */
  public double inTimeShare() {
    return (double) inTime() / plan.size();
  }

  /**
   * Answers in time by the second in which they came, from the beginning to the last arrival of a
   * request.
   */
  public List<Integer> inTimeBySecond() {
    int seconds = (int) Math.ceil(plan.duration().toNanos() / NANOS_PER_SECOND);
    int[] counts = new int[seconds];
    for (int request = 0; request < answeredAt.length; request++) {
      int second = (int) (answeredAt[request] / NANOS_PER_SECOND);
      if (inTime(request) && second < seconds) {
        counts[second]++;
      }
    }
    return Arrays.stream(counts).boxed().toList();
  }

  /**
   * Answers, in time or not, by when they came: from some instant to the last answer.
   *
   * @param from nanoseconds after the beginning
   */
  public List<Integer> answersByInterval(long from, Duration interval) {
    long last = Arrays.stream(answeredAt).max().orElse(NONE);
    if (last < from) {
      return List.of();
    }
    int[] counts = new int[Math.toIntExact((last - from) / interval.toNanos() + 1)];
    for (long at : answeredAt) {
      if (at >= from) {
        counts[(int) ((at - from) / interval.toNanos())]++;
      }
    }
    return Arrays.stream(counts).boxed().toList();
  }

  /**
   * The latency of those of a kind that were scored, in milliseconds from the instant at which they
   * were to be sent; see {@link #latencies}.
   *
   * @param percentile from 0 to 100
   * @return empty when there were none
   */
  public OptionalDouble latencyMillis(Predicate<Traffic> kind, double percentile) {
    Histogram latencies = latencies(kind);
    return latencies.getTotalCount() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(latencies.getValueAtPercentile(percentile) / 1e6);
  }

  /**
   * The latencies of those of a kind that were scored, in nanoseconds. A request without an answer
   * counts with as long as it had waited in the end: leaving it out would make a system look the
   * faster the less it answers.
   */
  public Histogram latencies(Predicate<Traffic> kind) {
    Histogram latencies = new Histogram(PRECISION_DIGITS);
    for (int request = 0; request < answeredAt.length; request++) {
      boolean waits = answeredAt[request] == NONE;
      if ((waits || scored(request)) && kind.test(plan.kind(request))) {
        long end = waits ? observedUntil : answeredAt[request];
        latencies.recordValue(Math.max(0, end - plan.arrival(request)));
      }
    }
    return latencies;
  }
}

package dev.millrace.cli.chaos;

import dev.millrace.bench.load.LoadOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What answers say of faults: how long none came, and when the backlog was worked off. Times are
 * seconds after the beginning of the load.
 */
final class Timeline {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * A backlog is worked off when no more wait than wait for a commit anyway, in seconds of load.
   */
  private static final double USUAL_WAIT_SECONDS = 2;

  private final double[] answers;
  private final double[] arrivals;
  private final double rate;

  /**
   * @param answers when answers came, in any order
   * @param arrivals when requests were to be sent, ascending
   * @param rate requests a second
   */
  Timeline(double[] answers, double[] arrivals, double rate) {
    this.answers = answers.clone();
    Arrays.sort(this.answers);
    this.arrivals = arrivals.clone();
    this.rate = rate;
  }

  /**
   * That of a load.
   *
   * @param rate requests a second
   */
  static Timeline of(LoadOutcome outcome, double rate) {
    int size = outcome.plan().size();
    double[] answers =
        IntStream.range(0, size)
            .filter(outcome::answered)
            .mapToDouble(request -> outcome.answeredAt(request) / NANOS_PER_SECOND)
            .toArray();
    double[] arrivals =
        IntStream.range(0, size)
            .mapToDouble(request -> outcome.plan().arrival(request) / NANOS_PER_SECOND)
            .toArray();
    return new Timeline(answers, arrivals, rate);
  }

  /**
   * A time without any answer.
   *
   * @param begin the last answer before it
   * @param end the first answer after it
   */
  record Gap(double begin, double end) {
    double seconds() {
      return end - begin;
    }
  }

  /** The longest time without an answer that ends in this time. */
  Gap longestGap(double from, double to) {
    int first = Math.max(1, count(answers, from));
    Gap longest = new Gap(from, from);
    for (int answer = first; answer < answers.length && answers[answer] <= to; answer++) {
      Gap gap = new Gap(answers[answer - 1], answers[answer]);
      if (gap.seconds() > longest.seconds()) {
        longest = gap;
      }
    }
    return longest;
  }

  /** When, from some time on, no more requests waited than usual; empty when that never was. */
  OptionalDouble drained(double from, double to) {
    double step = 0.1;
    for (double at = from; at <= to; at += step) {
      int waiting = count(arrivals, at) - count(answers, at);
      if (waiting <= rate * USUAL_WAIT_SECONDS) {
        return OptionalDouble.of(at);
      }
    }
    return OptionalDouble.empty();
  }

  /** Answers a second, second by second. */
  List<Integer> bySecond() {
    int seconds = answers.length == 0 ? 0 : (int) answers[answers.length - 1] + 1;
    int[] counts = new int[seconds];
    for (double answer : answers) {
      counts[(int) answer]++;
    }
    List<Integer> all = new ArrayList<>();
    for (int count : counts) {
      all.add(count);
    }
    return all;
  }

  /** How many are not later than this. */
  private static int count(double[] sorted, double until) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= until) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

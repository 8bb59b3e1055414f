package dev.millrace.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * When requests arrive: nanoseconds after the beginning, ascending, several at once where they come
 * in bursts.
 */
public final class ArrivalSchedule {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long[] arrivals;

  private ArrivalSchedule(long[] arrivals) {
    this.arrivals = arrivals;
  }

  /**
   * A rate that holds for a while.
   *
   * @param rate arrivals a second
   */
  public record Step(double rate, Duration duration) {
    public Step {
      if (!(rate > 0) || duration.isNegative() || duration.isZero()) {
        throw new IllegalArgumentException("a rate of %s for %s".formatted(rate, duration));
      }
    }
  }

  /** Arrivals at equal intervals, the first one interval after the beginning. */
  public static ArrivalSchedule constant(double rate, Duration duration) {
    Step step = new Step(rate, duration);
    int count = (int) Math.floor(seconds(step.duration()) * step.rate());
    long[] arrivals = new long[count];
    for (int index = 0; index < count; index++) {
      arrivals[index] = (long) ((index + 1) / rate * NANOS_PER_SECOND);
    }
    return new ArrivalSchedule(arrivals);
  }

  /** So many at the beginning. */
  public static ArrivalSchedule atOnce(int count) {
    return new ArrivalSchedule(new long[count]);
  }

  /** Independent arrivals: a Poisson process, the same for the same seed. */
  public static ArrivalSchedule poisson(double rate, Duration duration, long seed) {
    return steps(List.of(new Step(rate, duration)), seed);
  }

  /** Poisson arrivals at a rate that changes from step to step, the same for the same seed. */
  public static ArrivalSchedule steps(List<Step> steps, long seed) {
    Random random = new Random(seed);
    long[] arrivals = new long[16];
    int count = 0;
    double begin = 0;
    for (Step step : steps) {
      double end = begin + step.duration().toNanos();
      double at = begin + interval(random, step.rate());
      // Independent of what was before: that is what memoryless means.
      for (; at < end; at += interval(random, step.rate())) {
        if (count == arrivals.length) {
          arrivals = Arrays.copyOf(arrivals, count * 2);
        }
        arrivals[count++] = (long) at;
      }
      begin = end;
    }
    return new ArrivalSchedule(Arrays.copyOf(arrivals, count));
  }

  private static double interval(Random random, double rate) {
    return -Math.log(1 - random.nextDouble()) / rate * NANOS_PER_SECOND;
  }

  /**
   * Recorded arrivals, played faster or slower so that their mean rate is the wanted one. Scaling
   * time leaves the shape of the bursts: the coefficient of variation is that of the recording.
   *
   * @param recorded nanoseconds after any instant, ascending; more than one, not all at once
   */
  public static ArrivalSchedule ofTrace(long[] recorded, double rate) {
    int count = recorded.length;
    if (count < 2 || recorded[count - 1] <= recorded[0] || !(rate > 0)) {
      throw new IllegalArgumentException(
          "%d recorded arrivals cannot be played at %s a second".formatted(count, rate));
    }
    double wanted = count / rate * NANOS_PER_SECOND;
    double scale = wanted / (recorded[count - 1] - recorded[0]);
    long[] arrivals = new long[count];
    for (int index = 0; index < count; index++) {
      if (index > 0 && recorded[index] < recorded[index - 1]) {
        throw new IllegalArgumentException(
            "recorded arrival %d is before the last".formatted(index));
      }
      arrivals[index] = (long) ((recorded[index] - recorded[0]) * scale);
    }
    return new ArrivalSchedule(arrivals);
  }

  /**
   * The arrivals dealt out at random, the same for the same seed: each part has its share of them.
   *
   * @param shares of any sum, none negative, not all zero
   */
  public List<ArrivalSchedule> split(List<Double> shares, long seed) {
    double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
    if (!(sum > 0) || shares.stream().anyMatch(share -> !(share >= 0))) {
      throw new IllegalArgumentException("shares of " + shares);
    }
    Random random = new Random(seed);
    long[][] parts = new long[shares.size()][arrivals.length];
    int[] counts = new int[parts.length];
    for (long arrival : arrivals) {
      int part = draw(shares, random.nextDouble() * sum);
      parts[part][counts[part]++] = arrival;
    }
    List<ArrivalSchedule> schedules = new ArrayList<>();
    for (int part = 0; part < parts.length; part++) {
      schedules.add(new ArrivalSchedule(Arrays.copyOf(parts[part], counts[part])));
    }
    return schedules;
  }

  private static int draw(List<Double> shares, double at) {
    double left = at;
    for (int part = 0; part < shares.size() - 1; part++) {
      left -= shares.get(part);
      if (left < 0) {
        return part;
      }
    }
    return shares.size() - 1;
  }

  /** Each arrival so many times at once. */
  public ArrivalSchedule times(int copies) {
    long[] repeated = new long[Math.multiplyExact(arrivals.length, copies)];
    for (int index = 0; index < repeated.length; index++) {
      repeated[index] = arrivals[index / copies];
    }
    return new ArrivalSchedule(repeated);
  }

  /** The same, so much later. */
  public ArrivalSchedule after(Duration delay) {
    long[] delayed = arrivals.clone();
    for (int index = 0; index < delayed.length; index++) {
      delayed[index] += delay.toNanos();
    }
    return new ArrivalSchedule(delayed);
  }

  /** How many arrivals there are. */
  public int size() {
    return arrivals.length;
  }

  /** When one arrives, in nanoseconds after the beginning. */
  public long at(int index) {
    return arrivals[index];
  }

  /** Arrivals a second from the beginning to the last arrival. */
  public double meanRate() {
    return arrivals.length == 0
        ? 0
        : arrivals.length / (arrivals[arrivals.length - 1] / NANOS_PER_SECOND);
  }

  /**
   * The coefficient of variation of the intervals between arrivals: 0 when they are equal, 1 for a
   * Poisson process, more in bursts.
   */
  public double variation() {
    int intervals = arrivals.length - 1;
    if (intervals < 1) {
      return 0;
    }
    double mean = (double) (arrivals[intervals] - arrivals[0]) / intervals;
    double squares = 0;
    for (int index = 0; index < intervals; index++) {
      squares += Math.pow(arrivals[index + 1] - arrivals[index] - mean, 2);
    }
    return Math.sqrt(squares / intervals) / mean;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / NANOS_PER_SECOND;
  }
}

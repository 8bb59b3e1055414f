package dev.millrace.bench.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where the values of an axis stand, and which of them are labelled.
 *
 * <p>The ends of the axis are labelled values that enclose all given ones.
 */
final class Scale {
  private static final int WANTED_TICKS = 6;
  private static final int MOST_LOGARITHMIC_TICKS = 8;

  private final boolean logarithmic;
  private final List<Double> ticks;
  private final double begin;
  private final double end;

  private Scale(boolean logarithmic, List<Double> ticks, double begin, double end) {
    this.logarithmic = logarithmic;
    this.ticks = List.copyOf(ticks);
    this.begin = begin;
    this.end = end;
  }

  /**
   * For the values between these, from one pixel to another, which may be the smaller one.
   *
   * @throws IllegalArgumentException when they are not finite
   */
  static Scale linear(double least, double most, double begin, double end) {
    requireFinite(least, most);
    double span = most > least ? most - least : Math.max(Math.abs(most), 1);
    double step = niceStep(span / WANTED_TICKS);
    List<Double> ticks = new ArrayList<>();
    // Counted in steps, so that rounding errors do not add up.
    long last = (long) Math.ceil((most > least ? most : least + span) / step - 1e-9);
    for (long count = (long) Math.floor(least / step + 1e-9); count <= last; count++) {
      ticks.add(count * step);
    }
    return new Scale(false, ticks, begin, end);
  }

  /**
   * The same with equal steps for equal factors.
   *
   * @throws IllegalArgumentException when the values are not positive
   */
  static Scale logarithmic(double least, double most, double begin, double end) {
    requireFinite(least, most);
    if (least <= 0) {
      throw new IllegalArgumentException(least + " has no place on a logarithmic axis");
    }
    for (double[] mantissas : new double[][] {{1, 2, 5}, {1, 3}, {1}}) {
      List<Double> ticks = decades(least, most, mantissas);
      if (ticks.size() <= MOST_LOGARITHMIC_TICKS || mantissas.length == 1) {
        return new Scale(true, ticks, begin, end);
      }
    }
    throw new IllegalStateException("the last of the mantissas fits whatever comes");
  }

  private static List<Double> decades(double least, double most, double[] mantissas) {
    List<Double> all = new ArrayList<>();
    int first = (int) Math.floor(Math.log10(least));
    int last = (int) Math.ceil(Math.log10(most)) + 1;
    for (int exponent = first; exponent <= last; exponent++) {
      for (double mantissa : mantissas) {
        all.add(mantissa * Math.pow(10, exponent));
      }
    }
    int from = 0;
    while (all.get(from + 1) <= least * (1 + 1e-9)) {
      from++;
    }
    int to = from + 1;
    while (all.get(to) < most * (1 - 1e-9)) {
      to++;
    }
    return all.subList(from, to + 1);
  }

  private static void requireFinite(double least, double most) {
    if (!Double.isFinite(least) || !Double.isFinite(most)) {
      throw new IllegalArgumentException("no axis goes from %s to %s".formatted(least, most));
    }
  }

  /** The next larger of 1, 2, 5, 10, …: Heckbert, Nice Numbers for Graph Labels (1990). */
  private static double niceStep(double step) {
    double magnitude = Math.pow(10, Math.floor(Math.log10(step)));
    double fraction = step / magnitude;
    return (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10) * magnitude;
  }

  /** The values that are labelled, ascending. */
  List<Double> ticks() {
    return ticks;
  }

  /** The pixel of a value. */
  double position(double value) {
    double low = place(ticks.get(0));
    double high = place(ticks.get(ticks.size() - 1));
    return begin + (place(value) - low) / (high - low) * (end - begin);
  }

  private double place(double value) {
    return logarithmic ? Math.log10(value) : value;
  }

  /** A labelled value as text: with as many digits as tell it from its neighbours. */
  String label(double tick) {
    if (tick == 0) {
      return "0";
    }
    double step = logarithmic ? tick : ticks.get(1) - ticks.get(0);
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
  }
}

package dev.millrace.bench.generation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * How fast texts came: of the middle of a run, from the moment when a fifth of them had ended to
 * that of nine tenths.
 *
 * @param tokens a second, of the texts that ended then
 * @param requests a second
 */
record Pace(double tokens, double requests) {
  private static final double FROM = 0.2;
  private static final double TO = 0.9;

  /**
   * A text that has ended.
   *
   * @param nanos when, of any clock
   * @param tokens how many it has
   */
  record Ended(long nanos, int tokens) {}

  /** The pace of a run. */
  static Pace of(List<Ended> ended) {
    Ended[] sorted = ended.toArray(Ended[]::new);
    Arrays.sort(sorted, Comparator.comparingLong(Ended::nanos));
    int from = (int) (FROM * (sorted.length - 1));
    int to = (int) (TO * (sorted.length - 1));
    long tokens = 0;
    for (int index = from + 1; index <= to; index++) {
      tokens += sorted[index].tokens();
    }
    double seconds = Math.max(1, sorted[to].nanos() - sorted[from].nanos()) / 1e9;
    return new Pace(tokens / seconds, (to - from) / seconds);
  }
}

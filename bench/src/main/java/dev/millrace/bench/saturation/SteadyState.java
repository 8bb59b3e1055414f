package dev.millrace.bench.saturation;

/**
 * The middle of a run, without its start and its end: from the moment when a fifth of the answers
 * had been written to that of nine tenths.
 *
 * @param begin epoch milliseconds
 * @param end likewise, later
 * @param answers how many were written between
 */
record SteadyState(long begin, long end, long answers) {
  private static final double FROM = 0.2;
  private static final double TO = 0.9;

  /**
   * Finds it.
   *
   * @param timestamps when each answer was written, epoch milliseconds, ascending; not empty
   */
  static SteadyState of(long[] timestamps) {
    int from = (int) (FROM * (timestamps.length - 1));
    int to = (int) (TO * (timestamps.length - 1));
    // Very short runs end within the millisecond in which they began.
    long end = Math.max(timestamps[to], timestamps[from] + 1);
    return new SteadyState(timestamps[from], end, to - from);
  }

  /** Answers a second. */
  double rate() {
    return answers * 1000.0 / (end - begin);
  }
}

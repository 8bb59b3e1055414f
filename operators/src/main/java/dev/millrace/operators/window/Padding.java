package dev.millrace.operators.window;

/**
 * How much of a batch is padding: rows of varying length are as long as the longest when they are
 * scored.
 */
final class Padding {
  private long rows;
  private long positions;
  private int longest;

  /**
   * Adds a request.
   *
   * @param length of each of its rows; 0 where lengths do not vary
   */
  void add(int requestRows, int length) {
    rows += requestRows;
    positions += (long) requestRows * length;
    longest = Math.max(longest, length);
  }

  /** How many positions are scored. */
  long scored() {
    return rows * longest;
  }

  /** How many of these are padding. */
  long padding() {
    return scored() - positions;
  }
}

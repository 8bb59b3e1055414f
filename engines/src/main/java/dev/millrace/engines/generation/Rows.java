package dev.millrace.engines.generation;

/** What one call of a model computes: for each row, tokens that follow those in a slot's cache. */
public final class Rows {
  private final int[] slots;
  private final int[] starts;
  private final int[] lengths;
  private final int[][] tokens;
  private int count;
  private int longest;

  /**
   * @param capacity the most rows
   */
  public Rows(int capacity) {
    slots = new int[capacity];
    starts = new int[capacity];
    lengths = new int[capacity];
    tokens = new int[capacity][];
  }

  /** Removes all. */
  public void clear() {
    count = 0;
    longest = 0;
  }

  /**
   * Adds a row.
   *
   * @param source of whose tokens those from {@code start} on are to be computed; not copied
   * @param start how many are in the cache of the slot
   * @param length how many to compute, at least 1
   */
  public void add(int slot, int[] source, int start, int length) {
    slots[count] = slot;
    starts[count] = start;
    lengths[count] = length;
    tokens[count] = source;
    count++;
    longest = Math.max(longest, length);
  }

  /** How many rows there are. */
  public int count() {
    return count;
  }

  /** The length of the longest. */
  public int longest() {
    return longest;
  }

  /** The slot of a row. */
  public int slot(int row) {
    return slots[row];
  }

  /** How many tokens are in the cache before those of a row. */
  public int start(int row) {
    return starts[row];
  }

  /** How many tokens a row has. */
  public int length(int row) {
    return lengths[row];
  }

  /** A token of a row. */
  public int token(int row, int position) {
    return tokens[row][starts[row] + position];
  }
}

package dev.millrace.operators.queue;

/**
 * Which lengths are scored together: lengths of one shape lane differ so little that padding them
 * to the longest of their batch wastes little.
 *
 * <p>Four lanes for each doubling, as allocators space their size classes (jemalloc): 1, 2, 3, 4,
 * 5, …, 8, 10, 12, 14, 16, 20, 24, 28, 32, …. A request is at least four fifths as long as the
 * longest of its lane.
 */
public final class ShapeLanes {
  /** The lane of requests without a length that varies. */
  public static final int FIXED = 0;

  private static final int LANES_A_DOUBLING_LOG2 = 2;
  private static final int LAST = of(Integer.MAX_VALUE);

  private ShapeLanes() {}

  /**
   * The lane of a length.
   *
   * @param length positive
   */
  public static int of(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("a length of " + length);
    }
    int last = length - 1;
    int shift =
        Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(last) - 1 - LANES_A_DOUBLING_LOG2);
    // Within its doubling the upper bits count the lanes, and each doubling begins where the last
    // ended.
    return 1 + (shift << LANES_A_DOUBLING_LOG2) + (last >> shift);
  }

  /**
   * The longest length of a lane, to which requests are padded at most; 1 for {@link #FIXED}, so
   * that rows times this is what a request of any lane costs in comparison.
   *
   * @throws IllegalArgumentException when no length has this lane
   */
  public static int longest(int shape) {
    if (shape < FIXED || shape > LAST) {
      throw new IllegalArgumentException("no length has shape lane " + shape);
    }
    if (shape == FIXED) {
      return 1;
    }
    int lane = shape - 1;
    int shift = Math.max(0, (lane >> LANES_A_DOUBLING_LOG2) - 1);
    int upperBits = lane - (shift << LANES_A_DOUBLING_LOG2);
    return (int) Math.min(Integer.MAX_VALUE, (upperBits + 1L) << shift);
  }
}

package dev.millrace.engines.generation;

/**
 * Random numbers that are a pure function of a seed, a sequence and a position: a text that is
 * resumed goes on with the numbers that it would have had.
 *
 * <p>The mixing function is that of SplittableRandom (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014, figure 14), used as a counter-based generator.
 */
final class PositionalRandom {
  /** The odd number nearest to 2^64 divided by the golden ratio. */
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private static final double UNIT = 0x1.0p-53;

  private PositionalRandom() {}

  /**
   * A number from 0 inclusive to 1 exclusive.
   *
   * @param sequence the number of the sequence within its request
   * @param position of the token within the text that is generated, from 0
   */
  static double uniform(long seed, int sequence, int position) {
    return unit(stream(seed, sequence, position));
  }

  /** The stream of numbers of a token: one for each that may stand in its place. */
  static long stream(long seed, int sequence, int position) {
    long counter = ((long) sequence << Integer.SIZE) | Integer.toUnsignedLong(position);
    return mix(mix(seed) + (counter + 1) * GAMMA);
  }

  /**
   * The number of a stream that belongs to a candidate, from 0 inclusive to 1 exclusive.
   *
   * @param candidate from 0
   */
  static double uniform(long stream, int candidate) {
    return unit(mix(stream + (candidate + 1L) * GAMMA));
  }

  private static double unit(long mixed) {
    return (mixed >>> 11) * UNIT;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}

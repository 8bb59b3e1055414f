package dev.millrace.engines.generation;

import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;

/** Memory that sampling needs for one token, reused for all. */
final class SamplerScratch {
  /** What may be chosen, by token id: logits, options applied. */
  final float[] values;

  /** Unnormalised probabilities. */
  final double[] weights;

  /** Token ids, the most probable first. */
  final int[] candidates;

  private final long[] ranking;

  SamplerScratch(int vocabulary) {
    values = new float[vocabulary];
    weights = new double[vocabulary];
    candidates = new int[vocabulary];
    ranking = new long[vocabulary];
  }

  /**
   * All tokens, to be taken from the most probable on; of equals the smaller id first. Takes time
   * linear in the vocabulary, and logarithmic for each that is taken.
   */
  LongHeapPriorityQueue rank(float[] from, int offset) {
    for (int token = 0; token < ranking.length; token++) {
      ranking[token] = rankOf(from[offset + token], token);
    }
    return new LongHeapPriorityQueue(ranking, ranking.length);
  }

  /** Smaller for greater values. A NaN comes last. */
  private static long rankOf(float value, int token) {
    int bits = Float.floatToIntBits(Float.isNaN(value) ? Float.NEGATIVE_INFINITY : value);
    // Bits of negative floats fall where the floats rise.
    int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ~rising << Integer.SIZE) | token;
  }

  /** The token of a rank. */
  static int tokenOf(long rank) {
    return (int) rank;
  }
}

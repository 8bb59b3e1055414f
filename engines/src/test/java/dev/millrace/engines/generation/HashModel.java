package dev.millrace.engines.generation;

import java.util.Arrays;

/**
 * A language of its own: what comes next is a pure function of all tokens before, as the cache of
 * the slot has them. Whoever mixes up slots, skips a token or computes one twice gets another text.
 */
final class HashModel implements SequenceModel {
  private static final int EMPTY = -1;

  private final int[][] cache;
  private final int vocabulary;
  private int calls;
  private int tokens;
  private int mostRows;
  private int poison = EMPTY;

  HashModel(int slots, int context, int vocabulary) {
    this.cache = new int[slots][context];
    this.vocabulary = vocabulary;
    for (int[] slot : cache) {
      Arrays.fill(slot, EMPTY);
    }
  }

  /** From now on the model fails on this token. */
  void failOn(int token) {
    poison = token;
  }

  @Override
  public int slots() {
    return cache.length;
  }

  @Override
  public int context() {
    return cache[0].length;
  }

  @Override
  public int vocabulary() {
    return vocabulary;
  }

  @Override
  public void forward(Rows rows, Logits logits) {
    calls++;
    mostRows = Math.max(mostRows, rows.count());
    for (int row = 0; row < rows.count(); row++) {
      if (row > 0 && rows.slot(row) <= rows.slot(row - 1)) {
        throw new AssertionError("slots are not in ascending order");
      }
      int[] slot = cache[rows.slot(row)];
      for (int position = 0; position < rows.length(row); position++) {
        int token = rows.token(row, position);
        if (token == poison) {
          throw new IllegalStateException("token " + token);
        }
        slot[rows.start(row) + position] = token;
        tokens++;
      }
      // What was behind it belongs to nobody any more.
      Arrays.fill(slot, rows.start(row) + rows.length(row), slot.length, EMPTY);
      predict(slot, rows.start(row) + rows.length(row), logits, row);
    }
  }

  private void predict(int[] slot, int length, Logits logits, int row) {
    long state = 1;
    for (int position = 0; position < length; position++) {
      if (slot[position] == EMPTY) {
        throw new AssertionError(
            "position %d of %d was never computed".formatted(position, length));
      }
      state = state * 6364136223846793005L + slot[position] + 1442695040888963407L;
    }
    for (int token = 0; token < vocabulary; token++) {
      double chance = PositionalRandom.uniform(state, token, length);
      logits.values()[logits.offset(row) + token] = (float) (4 * chance);
    }
  }

  @Override
  public void copy(int fromSlot, int toSlot, int length) {
    System.arraycopy(cache[fromSlot], 0, cache[toSlot], 0, length);
  }

  /** How often it was called. */
  int calls() {
    return calls;
  }

  /** How many tokens it has computed. */
  int tokens() {
    return tokens;
  }

  /** The most rows of a call. */
  int mostRows() {
    return mostRows;
  }

  @Override
  public void close() {}
}

package dev.millrace.engines.generation;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Who has which slot of the cache. A slot that is free still holds what its last sequence left, for
 * others that begin alike.
 */
final class Slots {
  private static final int[] NOTHING = {};

  private final @Nullable Sequence[] sequences;

  /** What the cache of each free slot holds. */
  private final int[][] left;

  /** When each was given to a sequence, and given back, in order of such events. */
  private final long[] changedAt;

  private long changes;
  private int used;

  Slots(int count) {
    sequences = new Sequence[count];
    left = new int[count][];
    Arrays.fill(left, NOTHING);
    changedAt = new long[count];
  }

  /**
   * Where a sequence has found a place.
   *
   * @param from the slot whose cache begins as its tokens do
   * @param reused how many of them it holds
   */
  record Placement(int slot, int from, int reused) {}

  int count() {
    return sequences.length;
  }

  int used() {
    return used;
  }

  /** Whose a slot is; null when it is free. */
  @Nullable Sequence sequence(int slot) {
    return sequences[slot];
  }

  /** The slots, the one that was given away first before the others. */
  int[] byAdmission() {
    int[] order = new int[sequences.length];
    for (int slot = 0; slot < order.length; slot++) {
      int place = slot;
      while (place > 0 && changedAt[order[place - 1]] > changedAt[slot]) {
        order[place] = order[place - 1];
        place--;
      }
      order[place] = slot;
    }
    return order;
  }

  /**
   * Gives a free slot to a sequence.
   *
   * @param reuseFrom the fewest tokens that are worth taking over; 0 for none
   */
  Placement place(Sequence sequence, int reuseFrom) {
    int from = -1;
    int reused = 0;
    if (reuseFrom > 0) {
      for (int slot = 0; slot < sequences.length; slot++) {
        int shared = shared(slot, sequence);
        // Of equals a free one, from which nothing needs to be copied.
        if (shared > reused || (shared == reused && shared > 0 && sequences[slot] == null)) {
          reused = shared;
          from = slot;
        }
      }
      if (reused < reuseFrom) {
        from = -1;
        reused = 0;
      }
    }
    int slot = from >= 0 && sequences[from] == null ? from : longestFree();
    sequences[slot] = sequence;
    left[slot] = NOTHING;
    changedAt[slot] = ++changes;
    used++;
    return new Placement(slot, from < 0 ? slot : from, reused);
  }

  /** How many tokens of a sequence a slot holds; the last is always to be computed. */
  private int shared(int slot, Sequence sequence) {
    Sequence holder = sequences[slot];
    int[] tokens = holder == null ? left[slot] : holder.tokens();
    int held = holder == null ? tokens.length : holder.cached();
    int most = Math.min(held, sequence.length() - 1);
    int mismatch = Arrays.mismatch(tokens, 0, most, sequence.tokens(), 0, most);
    return mismatch < 0 ? most : mismatch;
  }

  /** The slot that has been free for the longest, so that what was left last is kept longest. */
  private int longestFree() {
    int best = -1;
    for (int slot = 0; slot < sequences.length; slot++) {
      if (sequences[slot] == null && (best < 0 || changedAt[slot] < changedAt[best])) {
        best = slot;
      }
    }
    if (best < 0) {
      throw new IllegalStateException("no slot is free");
    }
    return best;
  }

  /** Takes a slot back. */
  void free(int slot) {
    Sequence sequence = sequences[slot];
    if (sequence == null) {
      throw new IllegalStateException("slot %d is free".formatted(slot));
    }
    left[slot] = Arrays.copyOf(sequence.tokens(), sequence.cached());
    sequences[slot] = null;
    changedAt[slot] = ++changes;
    used--;
  }
}

package dev.millrace.cli.audit;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of record offsets: about a bit each where they follow one another, wherever they begin.
 *
 * <p>A topic that has lived for long begins at a high offset, and the offset that a header claims
 * can be any number; so memory is taken by the offsets that are there, not by the largest.
 */
final class OffsetSet {
  private static final int CHUNK_BITS = 12;
  private static final int WORD_BITS = 6;
  private static final int WORDS = 1 << (CHUNK_BITS - WORD_BITS);
  private static final long[] EMPTY = new long[WORDS];

  private final TreeMap<Long, long[]> chunks = new TreeMap<>();
  private long size;

  // Offsets come in order, mostly: the chunk of the last one is that of the next.
  private long lastNumber;
  private long @Nullable [] lastChunk;

  /** Adds an offset, and tells whether it is new. */
  boolean add(long offset) {
    long number = offset >> CHUNK_BITS;
    long[] chunk = lastChunk;
    if (chunk == null || lastNumber != number) {
      chunk = chunks.computeIfAbsent(number, absent -> new long[WORDS]);
      lastNumber = number;
      lastChunk = chunk;
    }
    long bit = 1L << offset;
    if ((chunk[word(offset)] & bit) != 0) {
      return false;
    }
    chunk[word(offset)] |= bit;
    size++;
    return true;
  }

  boolean contains(long offset) {
    long[] chunk = chunks.getOrDefault(offset >> CHUNK_BITS, EMPTY);
    return (chunk[word(offset)] & (1L << offset)) != 0;
  }

  /** How many offsets it has. */
  long size() {
    return size;
  }

  /** Shows each offset, the smallest first. */
  void forEach(LongConsumer visitor) {
    for (Map.Entry<Long, long[]> entry : chunks.entrySet()) {
      long base = entry.getKey() << CHUNK_BITS;
      long[] chunk = entry.getValue();
      for (int word = 0; word < WORDS; word++) {
        for (long bits = chunk[word]; bits != 0; bits &= bits - 1) {
          long offset = base + ((long) word << WORD_BITS) + Long.numberOfTrailingZeros(bits);
          visitor.accept(offset);
        }
      }
    }
  }

  private static int word(long offset) {
    return (int) (offset >> WORD_BITS) & (WORDS - 1);
  }
}

package dev.millrace.bench.saturation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Counts the answers of a run: which requests have one, which have more, and when they came. */
public final class AnswerAudit {
  /** How many there are on each partition. */
  private final int[] written;

  private final long requests;
  private final BitSet[] answered;

  /** Epoch milliseconds of the first answer to each request, by partition and offset. */
  private final long[][] timestamps;

  private int distinct;
  private long repeated;
  private long strange;
  private long notOk;

  /**
   * @param requests how many there are on each partition of the request topic, from offset 0 on
   */
  AnswerAudit(int... requests) {
    this.written = requests.clone();
    this.requests = Arrays.stream(requests).asLongStream().sum();
    this.answered = Arrays.stream(requests).mapToObj(BitSet::new).toArray(BitSet[]::new);
    this.timestamps = Arrays.stream(requests).mapToObj(long[]::new).toArray(long[][]::new);
  }

  /**
   * An answer was read.
   *
   * @param partition of the request that it names
   * @param offset likewise
   * @param timestamp when it was written, epoch milliseconds
   * @param ok whether it says what was asked, rather than why it does not
   */
  void answer(int partition, long offset, long timestamp, boolean ok) {
    if (partition < 0
        || partition >= written.length
        || offset < 0
        || offset >= written[partition]) {
      strange++;
      return;
    }
    notOk += ok ? 0 : 1;
    BitSet known = answered[partition];
    if (known.get((int) offset)) {
      repeated++;
    } else {
      known.set((int) offset);
      timestamps[partition][(int) offset] = timestamp;
      distinct++;
    }
  }

  /** An answer was read that does not say to what. */
  void nameless() {
    strange++;
  }

  /** Whether each request has an answer. */
  boolean complete() {
    return distinct == requests;
  }

  /** How many requests have an answer. */
  int distinct() {
    return distinct;
  }

  /** When each answered request was answered first as far as was read, ascending. */
  long[] timestamps() {
    long[] sorted = new long[distinct];
    int count = 0;
    for (int partition = 0; partition < answered.length; partition++) {
      for (int offset = answered[partition].nextSetBit(0);
          offset >= 0;
          offset = answered[partition].nextSetBit(offset + 1)) {
        sorted[count++] = timestamps[partition][offset];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /**
   * When a request was answered first as far as was read, epoch milliseconds; 0 when it was not.
   */
  public long answeredAt(int partition, int offset) {
    return timestamps[partition][offset];
  }

  /** What is not as it should be: exactly one answer to each request, and each {@code ok}. */
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    add(violations, requests - distinct, "of %d requests have no answer".formatted(requests));
    add(violations, repeated, "answers too many");
    add(violations, strange, "answers to no request");
    add(violations, notOk, "answers are not ok");
    return violations;
  }

  private static void add(List<String> violations, long count, String what) {
    if (count > 0) {
      violations.add(count + " " + what);
    }
  }
}

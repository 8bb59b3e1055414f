package dev.millrace.cli.audit;

import dev.millrace.protocol.RecordCoordinates;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts requests against answers, in whatever order they are read. Costs a few bits a record. */
public final class ConservationLedger {
  private static final int EXAMPLES = 5;

  private final Map<Partition, Page> pages = new TreeMap<>();
  private final Map<String, Long> byStatus = new TreeMap<>();
  private long requests;
  private long deadLetters;
  private long replies;
  private long repeatedReplies;

  private record Partition(String topic, int number) implements Comparable<Partition> {
    @Override
    public int compareTo(Partition other) {
      int byTopic = topic.compareTo(other.topic);
      return byTopic != 0 ? byTopic : Integer.compare(number, other.number);
    }
  }

  /** What is known of a partition of the request topic, by offset. */
  private static final class Page {
    private final BitSet requested = new BitSet();
    private final BitSet answered = new BitSet();
    private final BitSet answeredAgain = new BitSet();
  }

  /** A request was read. */
  public void request(RecordCoordinates request) {
    requests++;
    page(request).requested.set(Math.toIntExact(request.offset()));
  }

  /**
   * A request was read that was written after answers had begun to be read: it counts only if it
   * was answered.
   */
  public void lateRequest(RecordCoordinates request) {
    if (page(request).answered.get(Math.toIntExact(request.offset()))) {
      request(request);
    }
  }

  /** A result was read on the result topic. */
  public void result(RecordCoordinates request, String status) {
    byStatus.merge(status, 1L, Long::sum);
    answer(request);
  }

  /** A dead letter was read. */
  public void deadLetter(RecordCoordinates request) {
    deadLetters++;
    answer(request);
  }

  /** A reply was read on a topic that a request named. Replies may repeat. */
  public void reply(RecordCoordinates request, String status) {
    Page page = page(request);
    int offset = Math.toIntExact(request.offset());
    if (page.answered.get(offset)) {
      repeatedReplies++;
    } else {
      replies++;
      byStatus.merge(status, 1L, Long::sum);
      page.answered.set(offset);
    }
  }

  private void answer(RecordCoordinates request) {
    Page page = page(request);
    int offset = Math.toIntExact(request.offset());
    (page.answered.get(offset) ? page.answeredAgain : page.answered).set(offset);
  }

  private Page page(RecordCoordinates request) {
    return pages.computeIfAbsent(
        new Partition(request.topic(), request.partition()), partition -> new Page());
  }

  /** How many requests have no answer yet. */
  public long outstanding() {
    long outstanding = 0;
    for (Page page : pages.values()) {
      BitSet missing = (BitSet) page.requested.clone();
      missing.andNot(page.answered);
      outstanding += missing.cardinality();
    }
    return outstanding;
  }

  /** What all of it comes to. */
  public Verdict verdict() {
    Finding missing = new Finding();
    Finding duplicate = new Finding();
    Finding unexplained = new Finding();
    pages.forEach(
        (partition, page) -> {
          BitSet unanswered = (BitSet) page.requested.clone();
          unanswered.andNot(page.answered);
          missing.add(partition, unanswered);
          duplicate.add(partition, page.answeredAgain);
          BitSet strangers = (BitSet) page.answered.clone();
          strangers.andNot(page.requested);
          unexplained.add(partition, strangers);
        });
    return new Verdict(
        requests,
        Map.copyOf(byStatus),
        deadLetters,
        replies,
        repeatedReplies,
        missing.problem(),
        duplicate.problem(),
        unexplained.problem());
  }

  private static final class Finding {
    private final List<RecordCoordinates> examples = new ArrayList<>();
    private long count;

    void add(Partition partition, BitSet offsets) {
      count += offsets.cardinality();
      for (int offset = offsets.nextSetBit(0);
          offset >= 0 && examples.size() < EXAMPLES;
          offset = offsets.nextSetBit(offset + 1)) {
        examples.add(new RecordCoordinates(partition.topic(), partition.number(), offset));
      }
    }

    Verdict.Problem problem() {
      return new Verdict.Problem(count, examples);
    }
  }
}

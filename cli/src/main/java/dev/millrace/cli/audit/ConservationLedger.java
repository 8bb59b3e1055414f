package dev.millrace.cli.audit;

import dev.millrace.protocol.RecordCoordinates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Counts requests against answers, in whatever order they are read. Costs a few bits a record.
 *
 * <p>A request is answered by one result, by one dead letter, or by replies on a topic of its own,
 * which may repeat; by two of these it is answered twice.
 */
public final class ConservationLedger {
  private static final int EXAMPLES = 5;

  private final Map<Partition, PartitionLedger> partitions = new TreeMap<>();
  private final Map<String, Long> byStatus = new TreeMap<>();
  private final Finding unattributable = new Finding();
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

  /**
   * The oldest record that the topic still has, or would have. Answers to requests before it are
   * older than the topic, and no problem.
   */
  public void beginning(RecordCoordinates oldest) {
    partition(oldest).beginsAt(oldest.offset());
  }

  /** A request was read. */
  public void request(RecordCoordinates request) {
    partition(request).request(request.offset());
  }

  /**
   * A request was read that was written after answers had begun to be read: it counts only if it
   * was answered.
   */
  public void lateRequest(RecordCoordinates request) {
    if (partition(request).isAnswered(request.offset())) {
      request(request);
    }
  }

  /** A result was read on the result topic. */
  public void result(RecordCoordinates request, String status) {
    byStatus.merge(status, 1L, Long::sum);
    partition(request).answer(request.offset());
  }

  /** A dead letter was read. */
  public void deadLetter(RecordCoordinates request) {
    deadLetters++;
    partition(request).answer(request.offset());
  }

  /** A reply was read on a topic that a request named. Replies may repeat. */
  public void reply(RecordCoordinates request, String status) {
    if (partition(request).reply(request.offset())) {
      replies++;
      byStatus.merge(status, 1L, Long::sum);
    } else {
      repeatedReplies++;
    }
  }

  /**
   * A result or dead letter was read that does not say which request it answers.
   *
   * @param answer where it stands itself
   */
  public void unattributable(RecordCoordinates answer) {
    unattributable.add(answer);
  }

  private PartitionLedger partition(RecordCoordinates request) {
    return partitions.computeIfAbsent(
        new Partition(request.topic(), request.partition()), absent -> new PartitionLedger());
  }

  /** How many requests have no answer yet. */
  public long outstanding() {
    return partitions.values().stream().mapToLong(PartitionLedger::outstanding).sum();
  }

  /** What all of it comes to. */
  public Verdict verdict() {
    Finding missing = new Finding();
    Finding duplicate = new Finding();
    Finding unexplained = unattributable.copy();
    Finding older = new Finding();
    partitions.forEach(
        (partition, ledger) -> {
          ledger.forEachMissing(missing.in(partition));
          ledger.forEachDuplicate(duplicate.in(partition));
          ledger.forEachUnexplained(unexplained.in(partition));
          ledger.forEachOlder(older.in(partition));
        });
    return new Verdict(
        partitions.values().stream().mapToLong(PartitionLedger::requests).sum(),
        byStatus,
        deadLetters,
        replies,
        repeatedReplies,
        older.count,
        missing.problem(),
        duplicate.problem(),
        unexplained.problem(),
        List.of());
  }

  private static final class Finding {
    private final List<RecordCoordinates> examples = new ArrayList<>();
    private long count;

    LongConsumer in(Partition partition) {
      return offset -> add(partition.topic(), partition.number(), offset);
    }

    void add(RecordCoordinates record) {
      add(record.topic(), record.partition(), record.offset());
    }

    private void add(String topic, int partition, long offset) {
      count++;
      if (examples.size() < EXAMPLES) {
        examples.add(new RecordCoordinates(topic, partition, offset));
      }
    }

    Finding copy() {
      Finding copy = new Finding();
      copy.count = count;
      copy.examples.addAll(examples);
      return copy;
    }

    Verdict.Problem problem() {
      return new Verdict.Problem(count, examples);
    }
  }
}

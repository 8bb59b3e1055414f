package dev.millrace.gateway.tasks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What is written in one transaction.
 *
 * @param moves by partition, always in the same order, so that two instances that believe to have
 *     the same partitions wait for each other, and not in a circle
 * @param changes in the order of each partition
 */
record ProjectionBatch(Map<TopicPartition, Move> moves, List<TaskChange> changes) {
  ProjectionBatch {
    Map<TopicPartition, Move> ordered = new LinkedHashMap<>();
    moves.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(ProjectionBatch::compare))
        .forEach(move -> ordered.put(move.getKey(), move.getValue()));
    moves = Collections.unmodifiableMap(ordered);
    changes = List.copyOf(changes);
  }

  private static int compare(TopicPartition one, TopicPartition other) {
    int topics = one.topic().compareTo(other.topic());
    return topics != 0 ? topics : Integer.compare(one.partition(), other.partition());
  }

  /** From where to where a partition is projected by this. */
  record Move(StoredOffset from, StoredOffset to) {}
}

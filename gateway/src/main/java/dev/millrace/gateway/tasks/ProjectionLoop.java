package dev.millrace.gateway.tasks;

import dev.millrace.gateway.database.BackOff;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer, and what it has read brought into the database.
 *
 * <p>A partition is either read, or waits until the database has said where to go on. It waits when
 * it is assigned, and whenever something fails or was not as expected: so there is one way to begin
 * and to recover. While it waits it is paused and polling goes on, so that the group keeps this
 * member. For one thread, but for {@link #wakeup}.
 */
final class ProjectionLoop implements AutoCloseable, ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectionLoop.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(3);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;
  private final ProjectionOffsets offsets;
  private final ProjectionWriter writer;
  private final ProjectionState state;
  private final TaskChangeReader reader = new TaskChangeReader();

  /** As last seen in the database. */
  private final Map<TopicPartition, StoredOffset> stored = new HashMap<>();

  private final Set<TopicPartition> waiting = new HashSet<>();
  private int failures;
  private long nextTry = System.nanoTime();
  private long nextLook = nextTry;

  ProjectionLoop(
      KafkaConsumer<byte[], byte[]> consumer,
      String topic,
      ProjectionOffsets offsets,
      ProjectionWriter writer,
      ProjectionState state) {
    this.consumer = consumer;
    this.topic = topic;
    this.offsets = offsets;
    this.writer = writer;
    this.state = state;
    consumer.subscribe(List.of(topic), this);
  }

  /** Does what there is to do, and waits for a moment when there is nothing. */
  void step() {
    try {
      if (!waiting.isEmpty() && System.nanoTime() - nextTry >= 0) {
        goOn();
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(patience());
      if (!records.isEmpty()) {
        project(records);
      }
    } catch (OffsetOutOfRangeException e) {
      restart(e.partitions());
    } catch (SQLException e) {
      failures++;
      nextTry = System.nanoTime() + millis(BackOff.DEFAULT.millis(failures));
      hold(consumer.assignment());
      state.databaseFails(e);
    }
    if (System.nanoTime() - nextLook >= 0) {
      look();
      nextLook = System.nanoTime() + LOOK_NANOS;
    }
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private Duration patience() {
    if (waiting.isEmpty()) {
      return POLL;
    }
    long left = Math.max(0, nextTry - System.nanoTime());
    return left < POLL.toNanos() ? Duration.ofNanos(left) : POLL;
  }

  private void hold(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    waiting.addAll(partitions);
  }

  private void goOn() throws SQLException {
    Map<TopicPartition, StoredOffset> claimed = offsets.claim(waiting);
    claimed.forEach(
        (partition, offset) -> {
          if (offset.isBeginning()) {
            consumer.seekToBeginning(List.of(partition));
          } else {
            consumer.seek(partition, offset.next());
          }
          LOG.debug("{} goes on at {}", partition, offset);
        });
    stored.putAll(claimed);
    consumer.resume(claimed.keySet());
    waiting.clear();
    state.databaseWorks();
  }

  private void project(ConsumerRecords<byte[], byte[]> records) throws SQLException {
    Map<TopicPartition, ProjectionBatch.Move> moves = new HashMap<>();
    List<TaskChange> changes = new ArrayList<>(records.count());
    for (TopicPartition partition : records.partitions()) {
      StoredOffset from = Objects.requireNonNull(stored.get(partition));
      long next = from.next();
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        changes.add(reader.read(record, from));
        next = record.offset() + 1;
      }
      // Behind what a transaction leaves in the log, too.
      OffsetAndMetadata behind = records.nextOffsets().get(partition);
      next = behind == null ? next : Math.max(next, behind.offset());
      moves.put(partition, new ProjectionBatch.Move(from, from.advancedTo(next)));
    }
    if (writer.write(new ProjectionBatch(moves, changes))) {
      moves.forEach((partition, move) -> stored.put(partition, move.to()));
      failures = 0;
    } else {
      LOG.info("Another instance has projected {} meanwhile.", moves.keySet());
      hold(moves.keySet());
    }
  }

  /** What was to be read next is not there: all that is there is read again. */
  private void restart(Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, KAFKA_PATIENCE);
    hold(partitions);
    try {
      for (TopicPartition partition : partitions) {
        StoredOffset from = Objects.requireNonNull(stored.get(partition));
        StoredOffset to = from.restarted(Objects.requireNonNull(ends.get(partition)));
        LOG.warn("{} has no record {}, and is read from its beginning.", partition, from.next());
        if (!from.equals(to)) {
          var unused = offsets.move(partition, from, to);
        }
      }
    } catch (SQLException e) {
      failures++;
      nextTry = System.nanoTime() + millis(BackOff.DEFAULT.millis(failures));
      state.databaseFails(e);
    }
  }

  /** Whether Kafka answers, and how far this is behind. */
  private void look() {
    try {
      Set<TopicPartition> own = consumer.assignment();
      if (own.isEmpty() && consumer.partitionsFor(topic, KAFKA_PATIENCE).isEmpty()) {
        state.kafkaFails("there is no topic " + topic);
        return;
      }
      long behind = 0;
      for (Map.Entry<TopicPartition, Long> end :
          consumer.endOffsets(own, KAFKA_PATIENCE).entrySet()) {
        behind += Math.max(0, end.getValue() - position(end.getKey()));
      }
      state.behind(behind);
      state.kafkaWorks();
    } catch (TimeoutException e) {
      state.kafkaFails("Kafka does not answer within %d s".formatted(KAFKA_PATIENCE.toSeconds()));
    }
  }

  /** Of one that waits, as the database last said; 0 when it has not said anything. */
  private long position(TopicPartition partition) {
    if (!waiting.contains(partition)) {
      return consumer.position(partition, KAFKA_PATIENCE);
    }
    StoredOffset offset = stored.get(partition);
    return offset == null || offset.isBeginning() ? 0 : offset.next();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    hold(partitions);
    // Kafka keeps no offsets of this group, and a partition without one would fail the next poll.
    // Nothing is read here while it is paused.
    partitions.forEach(partition -> consumer.seek(partition, 0));
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    waiting.removeAll(Set.copyOf(partitions));
    stored.keySet().removeAll(Set.copyOf(partitions));
  }

  /** Ends a step that waits; may be called by any thread. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(KAFKA_PATIENCE));
  }
}

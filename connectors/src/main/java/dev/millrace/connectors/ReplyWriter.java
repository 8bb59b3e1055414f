package dev.millrace.connectors;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Writes each reply at once, to the topic that it names.
 *
 * <p>That topic comes from a client, which may have deleted it meanwhile, so what can be wrong with
 * it must not fail the job. And it must not hold the job up either: a producer blocks when it is
 * given a topic it cannot find, so each topic is looked up before.
 *
 * <p>Runs on the task's thread. The producer's callbacks only put what failed into a queue, which
 * the task's thread works off with the next reply or checkpoint.
 */
final class ReplyWriter implements SinkWriter<OutboundRecord> {
  /** All that matters was flushed with the last checkpoint; the rest will be written again. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final TopicPartitions topics;
  private final UndeliverableReplies undeliverable;
  private final Counter sent;
  private final Counter errors;
  private final Queue<Failed> failed = new ConcurrentLinkedQueue<>();

  ReplyWriter(
      Producer<byte[], byte[]> producer,
      TopicPartitions topics,
      UndeliverableReplies undeliverable,
      SinkWriterMetricGroup metrics) {
    this.producer = producer;
    this.topics = topics;
    this.undeliverable = undeliverable;
    sent = metrics.getNumRecordsSendCounter();
    errors = metrics.getNumRecordsSendErrorsCounter();
  }

  @Override
  public void write(OutboundRecord reply, Context context) throws IOException {
    judgeFailed();
    String topic = Objects.requireNonNull(reply.topic(), "a reply names its topic");
    int partitions = topics.partitions(topic);
    Integer chosen = partitionOf(reply, partitions);
    int partition = lowestPartition(chosen);
    if (partition < 0 || partition >= partitions) {
      drop(topic, partitions == 0 ? "no such topic" : "it has no partition " + partition);
      return;
    }
    ProducerRecord<byte[], byte[]> record =
        OutboundRecordSerializer.producerRecord(topic, chosen, reply, System.currentTimeMillis());
    var unused =
        producer.send(
            record,
            (metadata, error) -> {
              if (error != null) {
                failed.add(new Failed(topic, partition, error));
              }
            });
    sent.inc();
  }

  /** Waits until Kafka has every reply, or has refused it. */
  @Override
  public void flush(boolean endOfInput) throws IOException {
    producer.flush();
    judgeFailed();
  }

  private void judgeFailed() throws IOException {
    for (Failed next = failed.poll(); next != null; next = failed.poll()) {
      ReplyFailure failure = ReplyFailure.of(next.topic, next.partition, next.error, topics);
      if (failure instanceof ReplyFailure.Undeliverable record) {
        drop(record.topic(), record.cause().toString());
      } else if (failure instanceof ReplyFailure.Broken broken) {
        throw broken.cause();
      }
    }
  }

  private void drop(String topic, String reason) {
    errors.inc();
    undeliverable.add(topic, reason, System.nanoTime());
  }

  /**
   * Where nothing else decides, the id of the request does, as if it were the key: the pieces of a
   * text and the answer behind them are in one partition, in order.
   */
  private static @Nullable Integer partitionOf(OutboundRecord reply, int partitions) {
    if (reply.partition() != null || reply.key() != null || partitions == 0) {
      return reply.partition();
    }
    for (RecordHeader header : reply.headers()) {
      byte[] id = header.value();
      if (header.name().equals(HeaderNames.REQUEST_ID) && id != null) {
        return Utils.toPositive(Utils.murmur2(id)) % partitions;
      }
    }
    return null;
  }

  /** The partition the topic must have at the least; any will do when the key decides. */
  private static int lowestPartition(@Nullable Integer partition) {
    return partition == null ? 0 : partition;
  }

  @Override
  public void close() {
    try (topics) {
      producer.close(CLOSE_PATIENCE);
    }
  }

  private record Failed(String topic, int partition, Exception error) {}
}

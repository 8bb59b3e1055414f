package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends replies without waiting for them; a checkpoint waits for all that are pending.
 *
 * <p>Confined to the mailbox thread of one task, but for {@link #failures}, which the producer's
 * thread fills.
 */
final class ReplyWriter implements SinkWriter<OutboundRecord> {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyWriter.class);

  private final Producer<byte[], byte[]> producer;
  private final TopicPartitions topics;
  private final Counter undeliverable;
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

  ReplyWriter(Properties properties, TopicPartitions topics, Counter undeliverable) {
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topics = topics;
    this.undeliverable = undeliverable;
  }

  private record Failure(String topic, Exception cause) {}

  @Override
  public void write(OutboundRecord reply, Context context) throws IOException {
    judgeFailures();
    String topic = reply.topic();
    if (topic == null) {
      throw new IllegalArgumentException("a reply without a topic: " + reply);
    }
    Integer partition = reply.partition();
    int partitions = topics.partitions(topic);
    // The producer would wait for the metadata of a topic that is gone.
    if (partitions == 0 || (partition != null && partition >= partitions)) {
      drop(topic, "it is not there");
      return;
    }
    ProducerRecord<byte[], byte[]> record = KafkaRecords.of(reply, topic);
    try {
      // The callback hears how it ended.
      Future<RecordMetadata> unused =
          producer.send(
              record,
              (metadata, exception) -> {
                if (exception != null) {
                  failures.add(new Failure(topic, exception));
                }
              });
    } catch (RuntimeException e) {
      failures.add(new Failure(topic, e));
    }
  }

  @Override
  public void flush(boolean endOfInput) throws IOException {
    producer.flush();
    judgeFailures();
  }

  private void judgeFailures() throws IOException {
    for (Failure failure = failures.poll(); failure != null; failure = failures.poll()) {
      Throwable cause = failure.cause();
      if (isOfTheReply(cause) || topics.partitions(failure.topic()) == 0) {
        drop(failure.topic(), String.valueOf(cause.getMessage()));
      } else {
        throw new IOException("cannot write replies to " + failure.topic(), cause);
      }
    }
  }

  /**
   * Whether the reply itself, or where it is to go, is why it cannot be written, so that trying
   * again would not help.
   */
  private static boolean isOfTheReply(Throwable cause) {
    return cause instanceof RecordTooLargeException
        || cause instanceof InvalidTopicException
        || cause instanceof TopicAuthorizationException
        || cause instanceof UnknownTopicOrPartitionException;
  }

  private void drop(String topic, String why) {
    undeliverable.inc();
    LOG.warn("A reply to topic {} cannot be delivered: {}", topic, why);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    topics.close();
  }
}

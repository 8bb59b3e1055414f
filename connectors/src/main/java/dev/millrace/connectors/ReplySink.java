package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes replies to the topics that requests name: at once, and at least once, since a reply that
 * was written after the last checkpoint is written again after a failure.
 *
 * <p>A reply that cannot be written because of what it is or where it goes (its topic was deleted,
 * it is too large) is counted as {@code millrace_replies_undeliverable_total} and left out; it does
 * not fail the job. When Kafka itself fails, so does the job, and starts again.
 */
public final class ReplySink implements Sink<OutboundRecord> {
  /** How long one reply may hold the task up when its topic was deleted a moment ago. */
  private static final Duration LONGEST_BLOCK = Duration.ofSeconds(10);

  /** How long one reply may hold a checkpoint up when its topic was deleted after it was sent. */
  private static final Duration LONGEST_DELIVERY = Duration.ofSeconds(30);

  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(10);

  /** What may go together to a partition: that of a round trip, where one request is under way. */
  private static final int BATCH_BYTES = 64 << 10;

  private final KafkaConnection connection;
  private final int maximumRecordBytes;

  private ReplySink(KafkaConnection connection, int maximumRecordBytes) {
    this.connection = connection;
    this.maximumRecordBytes = maximumRecordBytes;
  }

  /**
   * A sink for replies, each of which names its topic.
   *
   * @param connection its properties {@code max.block.ms}, {@code delivery.timeout.ms} and {@code
   *     request.timeout.ms}, where given, win over the 10, 30 and 10 seconds of this sink
   * @param maximumRecordBytes the most bytes of a reply, positive; a larger one may be
   *     undeliverable
   */
  public static ReplySink create(KafkaConnection connection, int maximumRecordBytes) {
    ReplySink sink = new ReplySink(connection, maximumRecordBytes);
    sink.producerProperties(); // Wrong arguments show here, not on a task.
    return sink;
  }

  @Override
  public SinkWriter<OutboundRecord> createWriter(WriterInitContext context) {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
    try {
      return new ReplyWriter(
          producer,
          new TopicPartitions(connection),
          new UndeliverableReplies(context.metricGroup()),
          context.metricGroup());
    } catch (RuntimeException e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  private Properties producerProperties() {
    Properties producer = ProducerProperties.of(connection, maximumRecordBytes);
    // No reply waits for company, but those that come while Kafka is busy with the last request
    // go together in the next: most of a broker's work is with a request, however small.
    producer.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
    producer.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    producer.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(BATCH_BYTES));
    setUnlessGiven(producer, ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_BLOCK);
    setUnlessGiven(producer, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, LONGEST_DELIVERY);
    setUnlessGiven(producer, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, LONGEST_REQUEST);
    return producer;
  }

  private static void setUnlessGiven(Properties producer, String name, Duration value) {
    producer.putIfAbsent(name, Long.toString(value.toMillis()));
  }
}

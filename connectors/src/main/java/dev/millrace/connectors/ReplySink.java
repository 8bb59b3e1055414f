package dev.millrace.connectors;

import dev.millrace.protocol.OutboundRecord;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.Counter;

/**
 * Writes replies to the topics that requests name: at once, and at least once.
 *
 * <p>Flink's Kafka sink fails the job when a record cannot be written. Here a producer chooses the
 * topic, and what a producer chooses must never stop the job: a reply whose topic has gone is
 * counted, logged and dropped.
 */
public final class ReplySink implements Sink<OutboundRecord> {
  private static final long serialVersionUID = 1L;

  private static final int LEAST_MAX_REQUEST_SIZE = 1 << 20;

  private final KafkaConnection connection;
  private final int maximumRecordBytes;

  private ReplySink(KafkaConnection connection, int maximumRecordBytes) {
    this.connection = connection;
    this.maximumRecordBytes = maximumRecordBytes;
  }

  /**
   * A sink for replies.
   *
   * @param maximumRecordBytes the most bytes of a record with key and headers
   */
  public static ReplySink create(KafkaConnection connection, int maximumRecordBytes) {
    return new ReplySink(connection, maximumRecordBytes);
  }

  @Override
  public SinkWriter<OutboundRecord> createWriter(WriterInitContext context) {
    Counter undeliverable =
        context.metricGroup().addGroup("millrace").counter("replies_undeliverable_total");
    return new ReplyWriter(producerProperties(), new TopicPartitions(connection), undeliverable);
  }

  private Properties producerProperties() {
    return connection.clientProperties(
        Map.of(
            "acks", "all",
            "linger.ms", "0",
            "max.request.size",
                Integer.toString(Math.max(maximumRecordBytes, LEAST_MAX_REQUEST_SIZE)),
            // A checkpoint waits for what is pending, so this bounds how long a vanished topic
            // delays one.
            "request.timeout.ms", "10000",
            "delivery.timeout.ms", "30000"));
  }
}

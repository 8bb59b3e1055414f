package dev.millrace.connectors;

import java.time.Duration;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What every producer of the job has in common, over the properties the user gave. */
final class ProducerProperties {
  /**
   * The longest a broker allows unless told otherwise ({@code transaction.max.timeout.ms}); the
   * connector's own default is longer and would be refused.
   */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

  /** Kafka's own defaults of what is only ever raised here. */
  private static final long MAXIMUM_REQUEST_BYTES = 1_048_576;

  private static final long BUFFER_BYTES = 33_554_432;

  /**
   * How long a record waits for company when nobody can read it before its checkpoint anyway. Much
   * of a broker's work is with a batch, however few records it holds.
   */
  private static final Duration TRANSACTIONAL_LINGER = Duration.ofMillis(100);

  private static final int TRANSACTIONAL_BATCH_BYTES = 64 << 10;

  private ProducerProperties() {}

  /**
   * Properties under which a record of {@code maximumRecordBytes} can be sent, and is acknowledged
   * only when it is on every in-sync replica.
   */
  static Properties of(KafkaConnection connection, int maximumRecordBytes) {
    if (maximumRecordBytes <= 0) {
      throw new IllegalArgumentException(
          "the maximum record size is " + maximumRecordBytes + " bytes, it must be positive");
    }
    Properties producer = connection.clientProperties();
    producer.setProperty(ProducerConfig.ACKS_CONFIG, "all");
    producer.putIfAbsent(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(TRANSACTION_TIMEOUT.toMillis()));
    raise(
        producer,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        MAXIMUM_REQUEST_BYTES,
        maximumRecordBytes);
    // A record that is larger than the whole buffer is refused as well.
    raise(producer, ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES, maximumRecordBytes);
    return producer;
  }

  /** The same for a sink with this guarantee. */
  static Properties of(
      KafkaConnection connection, int maximumRecordBytes, DeliveryGuarantee guarantee) {
    Properties producer = of(connection, maximumRecordBytes);
    if (guarantee == DeliveryGuarantee.EXACTLY_ONCE) {
      producer.putIfAbsent(
          ProducerConfig.LINGER_MS_CONFIG, Long.toString(TRANSACTIONAL_LINGER.toMillis()));
      producer.putIfAbsent(
          ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(TRANSACTIONAL_BATCH_BYTES));
    }
    return producer;
  }

  private static void raise(Properties producer, String name, long byDefault, long atLeast) {
    String given = producer.getProperty(name);
    long value = given == null ? byDefault : Long.parseLong(given.trim());
    producer.setProperty(name, Long.toString(Math.max(value, atLeast)));
  }
}

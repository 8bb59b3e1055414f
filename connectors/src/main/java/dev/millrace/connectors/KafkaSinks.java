package dev.millrace.connectors;

import java.util.Map;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;

/** What the sinks that follow the checkpoint have in common. */
final class KafkaSinks {
  /** The producer's own default. */
  private static final int LEAST_MAX_REQUEST_SIZE = 1 << 20;

  private KafkaSinks() {}

  /**
   * A sink.
   *
   * @param transactionalIdPrefix unique to this sink on the Kafka cluster, and kept through
   *     upgrades
   * @param maximumRecordBytes the most bytes of a record with key and headers; records are made to
   *     fit before they come here
   */
  static <T> KafkaSink<T> create(
      KafkaConnection connection,
      KafkaRecordSerializationSchema<T> serializer,
      DeliveryGuarantee guarantee,
      String transactionalIdPrefix,
      int maximumRecordBytes) {
    Map<String, String> defaults =
        Map.of(
            "acks", "all",
            // Longer than any restart should take, and within a broker's default maximum.
            "transaction.timeout.ms", "900000",
            "max.request.size",
                Integer.toString(Math.max(maximumRecordBytes, LEAST_MAX_REQUEST_SIZE)));
    return KafkaSink.<T>builder()
        .setBootstrapServers(connection.bootstrapServers())
        .setKafkaProducerConfig(connection.clientProperties(defaults))
        .setDeliveryGuarantee(guarantee)
        .setTransactionalIdPrefix(transactionalIdPrefix)
        .setTransactionNamingStrategy(TransactionNamingStrategy.INCREMENTING)
        .setRecordSerializer(serializer)
        .build();
  }
}

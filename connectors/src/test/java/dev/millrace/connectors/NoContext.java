package dev.millrace.connectors;

import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;

/** The context of a serializer that needs to know nothing of where it runs. */
final class NoContext implements KafkaSinkContext {
  @Override
  public int getParallelInstanceId() {
    return 0;
  }

  @Override
  public int getNumberOfParallelInstances() {
    return 1;
  }

  @Override
  public int[] getPartitionsForTopic(String topic) {
    throw new UnsupportedOperationException("partitions are Kafka's to choose");
  }
}

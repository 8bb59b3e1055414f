package dev.millrace.connectors;

import dev.millrace.protocol.DeadLetter;
import java.time.InstantSource;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Writes dead letters to their topic, as a {@link DeadLetterWriter} lays them out. */
final class DeadLetterSerializer implements KafkaRecordSerializationSchema<DeadLetter> {
  private final String topic;
  private final DeadLetterWriter writer;
  private final InstantSource clock;

  DeadLetterSerializer(String topic, DeadLetterWriter writer, InstantSource clock) {
    this.topic = topic;
    this.writer = writer;
    this.clock = clock;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      DeadLetter letter, KafkaSinkContext context, @Nullable Long flinkTimestamp) {
    return writer.write(topic, letter, clock.millis());
  }
}

package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes samples to the request topic, as any producer would. */
public final class SamplePublisher implements AutoCloseable {
  private final String topic;
  private final Producer<byte[], byte[]> producer;

  public SamplePublisher(String topic, String bootstrapServers) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Writes so many samples, and returns when the broker has them all.
   *
   * @return the offsets behind the last request of each partition
   * @throws CommandException when one cannot be written
   */
  public Map<TopicPartition, Long> publish(Samples samples, long count) throws CommandException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (long index = 0; index < count; index++) {
      // The callback hears how it ended.
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(topic, samples.get(index)),
              (metadata, exception) -> {
                if (exception == null) {
                  // Callbacks all run on the producer's one thread, and flush() waits for them.
                  ends.merge(
                      new TopicPartition(metadata.topic(), metadata.partition()),
                      metadata.offset() + 1,
                      Math::max);
                } else {
                  failure.set(exception);
                }
              });
    }
    producer.flush();
    Exception failed = failure.get();
    if (failed != null) {
      throw new CommandException("samples cannot be written: " + failed.getMessage(), failed);
    }
    return ends;
  }

  @Override
  public void close() {
    producer.close();
  }
}

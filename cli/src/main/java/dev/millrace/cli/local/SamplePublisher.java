package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes samples to the request topic, as any producer would. */
public final class SamplePublisher implements AutoCloseable {
  private static final long SENT_INTERVAL = 1_000;

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
   * @param sent hears now and then how many have been handed to the producer
   * @throws CommandException when one cannot be written
   */
  public void publish(Samples samples, long count, LongConsumer sent) throws CommandException {
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (long index = 0; index < count && failure.get() == null; index++) {
      // The callback hears how it ended.
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(topic, samples.get(index)),
              (metadata, exception) -> {
                if (exception != null) {
                  failure.compareAndSet(null, exception);
                }
              });
      if (index % SENT_INTERVAL == SENT_INTERVAL - 1) {
        sent.accept(index + 1);
      }
    }
    producer.flush();
    Exception failed = failure.get();
    if (failed != null) {
      throw new CommandException("samples cannot be written: " + failed.getMessage(), failed);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}

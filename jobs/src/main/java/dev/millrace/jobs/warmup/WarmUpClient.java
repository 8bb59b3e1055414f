package dev.millrace.jobs.warmup;

import dev.millrace.engines.ModelSpec;
import dev.millrace.protocol.Encoding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends requests of all models, and reads the answers. Confined to one thread. */
final class WarmUpClient implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Answers become visible with a checkpoint, so each round sees one at least. */
  private static final int ROUNDS = 3;

  private static final int REQUESTS_OF_ROUND = 300;

  private final WarmUpTopics topics;
  private final List<ModelSpec> models;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;

  /**
   * @param models not empty
   */
  WarmUpClient(String bootstrapServers, WarmUpTopics topics, List<ModelSpec> models) {
    this.topics = topics;
    this.models = models;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> results = List.of(new TopicPartition(topics.results(), 0));
    consumer.assign(results);
    consumer.seekToBeginning(results);
  }

  void run() throws ExecutionException, InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    int answered = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      send();
      while (answered < round * REQUESTS_OF_ROUND) {
        answered += consumer.poll(POLL).count();
        if (System.nanoTime() - deadline > 0) {
          throw new TimeoutException(
              "%d of %d answers after %s".formatted(answered, round * REQUESTS_OF_ROUND, PATIENCE));
        }
      }
    }
  }

  private void send() throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> written = new ArrayList<>();
    for (int request = 0; request < REQUESTS_OF_ROUND; request++) {
      written.add(
          producer.send(
              ZeroRequests.record(
                  topics.requests(),
                  models.get(request % models.size()),
                  request / models.size() % 2 == 0 ? Encoding.JSON : Encoding.PROTOBUF)));
    }
    producer.flush();
    for (Future<RecordMetadata> each : written) {
      each.get();
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}

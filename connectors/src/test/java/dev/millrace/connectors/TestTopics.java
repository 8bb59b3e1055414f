package dev.millrace.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What a test does on the other side of the topics: makes them, writes and reads. */
final class TestTopics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaConnection connection;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  TestTopics(String bootstrapServers) {
    connection = KafkaConnection.to(bootstrapServers);
    admin = Admin.create(connection.clientProperties());
    Properties producing = connection.clientProperties();
    producing.setProperty("max.request.size", "20000000");
    producing.setProperty("linger.ms", "0");
    producer = new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer());
  }

  KafkaConnection connection() {
    return connection;
  }

  /** Makes a topic and waits until it can be written to. */
  void create(String topic, int partitions, Map<String, String> configuration) throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configuration)))
        .all()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                producer.partitionsFor(topic).stream()
                        .map(PartitionInfo::leader)
                        .filter(leader -> leader != null && !leader.isEmpty())
                        .count()
                    == partitions);
  }

  void delete(String topic) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
  }

  void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    producer.send(record).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Reads a topic from its beginning until there are so many records, then returns them all. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic, String isolation, int count) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(isolation)) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      await()
          .atMost(PATIENCE)
          .pollInSameThread()
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
              });
      assertThat(records).hasSize(count);
      return records;
    }
  }

  /** Whether there is nothing yet that a {@code read_committed} consumer may read. */
  boolean nothingCommitted(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
      // With this isolation the end is the last stable offset: before what is not committed.
      return consumer.endOffsets(partitions(consumer, topic)).values().stream()
          .allMatch(end -> end == 0);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    Properties consuming = connection.clientProperties();
    consuming.setProperty("isolation.level", isolation);
    return new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .toList();
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
  }
}

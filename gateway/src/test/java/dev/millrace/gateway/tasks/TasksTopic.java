package dev.millrace.gateway.tasks;

import static dev.millrace.gateway.tasks.TestServer.PATIENCE;
import static org.awaitility.Awaitility.await;

import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.json.TaskRecordWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of tasks, of two partitions. */
final class TasksTopic {
  static final int PARTITIONS = 2;

  private static final TaskRecordWriter WRITER = new TaskRecordWriter();
  private static final AtomicInteger TOPICS = new AtomicInteger();

  private final String bootstrapServers;
  private final String name;

  private TasksTopic(String bootstrapServers, String name) {
    this.bootstrapServers = bootstrapServers;
    this.name = name;
  }

  static TasksTopic create(TestBroker broker) {
    TasksTopic topic =
        new TasksTopic(broker.bootstrapServers(), "tasks-" + TOPICS.incrementAndGet());
    topic.create();
    return topic;
  }

  private void create() {
    try {
      Topics.create(
          bootstrapServers, Map.of(), List.of(TopicSpecification.compacted(name, PARTITIONS)));
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("no topic", e);
    }
  }

  /** Deletes it and makes it again, empty. */
  void makeAnew() throws Exception {
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of(name)).all().get();
      await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(name));
    }
    create();
  }

  String name() {
    return name;
  }

  /** Those of a group that reads nothing else. */
  TaskProjectionSettings settings() {
    return new TaskProjectionSettings(
        Map.of("bootstrap.servers", bootstrapServers), name, "group-" + name);
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", bootstrapServers);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void send(List<TaskRecord> tasks) {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      tasks.forEach(task -> send(producer, task));
    }
  }

  void send(KafkaProducer<byte[], byte[]> producer, TaskRecord task) {
    var unused =
        producer.send(
            new ProducerRecord<>(name, WRITER.key(task.tenant(), task.id()), WRITER.write(task)));
  }

  long end(int partition) {
    try (Admin admin = admin()) {
      TopicPartition asked = new TopicPartition(name, partition);
      return admin
          .listOffsets(Map.of(asked, OffsetSpec.latest()))
          .partitionResult(asked)
          .get()
          .offset();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

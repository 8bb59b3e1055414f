package dev.millrace.cli.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sees whether requests are answered from now on, as a client that reads committed answers would.
 *
 * <p>Confined to one thread.
 */
final class AnswerProbe implements AutoCloseable {
  private final Consumer<byte[], byte[]> answers;
  private final List<TopicPartition> answerPartitions = new ArrayList<>();
  private final Admin admin;
  private final String group;
  private final List<TopicPartition> requests;

  /**
   * @param answerTopics where answers and dead letters come
   * @param group the group under which the job commits how far it has read
   */
  AnswerProbe(
      Map<String, Object> client, String requestTopic, List<String> answerTopics, String group) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put("isolation.level", "read_committed");
    this.answers =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.admin = Admin.create(client);
    this.group = group;
    answerTopics.forEach(topic -> answerPartitions.addAll(partitions(topic)));
    this.requests = partitions(requestTopic);
    answers.assign(answerPartitions);
    lookFromHereOn();
  }

  /** Forgets the answers that there are. */
  void lookFromHereOn() {
    answers.seekToEnd(answerPartitions);
    // Seeking is lazy: the ends are those of now.
    answerPartitions.forEach(answers::position);
  }

  private List<TopicPartition> partitions(String topic) {
    return answers.partitionsFor(topic).stream()
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .toList();
  }

  /** Whether an answer has come, waiting so long for one. */
  boolean sees(Duration patience) {
    return !answers.poll(patience).isEmpty();
  }

  /** Whether all requests had been read at the last checkpoint: there may be nothing to answer. */
  boolean isIdle() throws InterruptedException {
    Map<TopicPartition, Long> ends = answers.endOffsets(requests);
    try {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      return ends.entrySet().stream()
          .allMatch(
              end ->
                  end.getValue() == 0
                      || (read.containsKey(end.getKey())
                          && read.get(end.getKey()).offset() >= end.getValue()));
    } catch (ExecutionException e) {
      return false;
    }
  }

  @Override
  public void close() {
    answers.close();
    admin.close();
  }
}

package dev.millrace.gateway.health;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** Whether Kafka answers, and how far the job is behind. */
public final class QueueCheck implements HealthCheck, AutoCloseable {
  /** The name of the component. */
  public static final String COMPONENT = "task-queue";

  private final Admin admin;
  private final String topic;
  private final String group;
  private final long maximumLag;
  private final Duration patience;

  /**
   * @param group under which the job commits how far it has read
   * @param maximumLag requests that the job may be behind
   */
  public QueueCheck(
      Map<String, String> kafka, String topic, String group, long maximumLag, Duration patience) {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
    this.admin = Admin.create(properties);
    this.topic = topic;
    this.group = group;
    this.maximumLag = maximumLag;
    this.patience = patience;
  }

  @Override
  public String component() {
    return COMPONENT;
  }

  @Override
  public ComponentHealth look() throws InterruptedException {
    try {
      long lag = lag();
      return lag > maximumLag
          ? ComponentHealth.degraded(
              "the job is %d requests behind, more than %d".formatted(lag, maximumLag))
          : ComponentHealth.healthy();
    } catch (ExecutionException e) {
      return ComponentHealth.unhealthy("Kafka: " + (e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      return ComponentHealth.unhealthy(
          "Kafka does not answer within %d ms".formatted(patience.toMillis()));
    }
  }

  private long lag() throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicDescription description :
        get(admin.describeTopics(List.of(topic)).allTopicNames()).values()) {
      for (TopicPartitionInfo partition : description.partitions()) {
        latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
      }
    }
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    long lag = 0;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        get(admin.listOffsets(latest).all()).entrySet()) {
      OffsetAndMetadata read = committed.get(end.getKey());
      // Before its first checkpoint the job has committed nothing, and says nothing of its lag.
      if (read != null) {
        lag += Math.max(0, end.getValue().offset() - read.offset());
      }
    }
    return lag;
  }

  private <T> T get(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    admin.close(patience);
  }
}

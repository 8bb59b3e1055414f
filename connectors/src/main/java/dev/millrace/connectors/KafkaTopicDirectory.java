package dev.millrace.connectors;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the broker, in one round trip. */
final class KafkaTopicDirectory implements TopicDirectory {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Admin admin;

  KafkaTopicDirectory(KafkaConnection connection) {
    admin = Admin.create(connection.clientProperties());
  }

  @Override
  public int partitions(String topic) throws IOException, InterruptedException {
    int patience = (int) PATIENCE.toMillis();
    KafkaFuture<Map<String, TopicDescription>> descriptions =
        admin
            .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(patience))
            .allTopicNames();
    try {
      Map<String, TopicDescription> answer = descriptions.get(patience, TimeUnit.MILLISECONDS);
      TopicDescription description = answer.get(topic);
      return description == null ? 0 : description.partitions().size();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof UnknownTopicOrPartitionException
          || cause instanceof InvalidTopicException
          || cause instanceof TopicAuthorizationException) {
        return 0;
      }
      throw new IOException("cannot look up topic '" + topic + "'", cause);
    } catch (TimeoutException e) {
      throw new IOException(
          "Kafka did not say within " + PATIENCE.toSeconds() + " s what topic '" + topic + "' is",
          e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}

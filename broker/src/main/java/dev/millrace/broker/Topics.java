package dev.millrace.broker;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics, and waits until they can be written to. */
public final class Topics {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Topics() {}

  /**
   * Makes those topics that do not exist, and returns when every partition of all of them has a
   * leader: a producer that writes earlier can hang in retries.
   *
   * @param clientProperties more properties for the client, such as those for SASL
   * @throws ExecutionException when the broker refuses
   */
  public static void create(
      String bootstrapServers,
      Map<String, String> clientProperties,
      Collection<TopicSpecification> topics)
      throws ExecutionException, InterruptedException {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put("bootstrap.servers", bootstrapServers);
    Set<String> names = topics.stream().map(TopicSpecification::name).collect(Collectors.toSet());
    try (Admin admin = Admin.create(properties)) {
      for (TopicSpecification topic : topics) {
        create(admin, topic);
      }
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (!haveLeaders(admin, names)) {
        if (System.nanoTime() > deadline) {
          throw new ExecutionException(
              "topics %s have no leaders after %d s".formatted(names, TIMEOUT.toSeconds()), null);
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  private static void create(Admin admin, TopicSpecification topic)
      throws ExecutionException, InterruptedException {
    NewTopic request =
        new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.configuration());
    try {
      admin.createTopics(Set.of(request)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static boolean haveLeaders(Admin admin, Set<String> names)
      throws ExecutionException, InterruptedException {
    try {
      Collection<TopicDescription> topics =
          admin.describeTopics(names).allTopicNames().get().values();
      return topics.stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(partition -> partition.leader() != null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }
}

package dev.millrace.jobs.warmup;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of one warm-up, empty at first, and gone when it is closed. */
final class WarmUpTopics implements AutoCloseable {
  private final Admin admin;
  private final String name;

  private WarmUpTopics(Admin admin, String name) {
    this.admin = admin;
    this.name = name;
  }

  /**
   * Makes them.
   *
   * @param name tells them from those of other processes; one that was killed has left its own
   * @throws ExecutionException when the broker does not make them
   */
  static WarmUpTopics create(String bootstrapServers, String name)
      throws ExecutionException, InterruptedException {
    WarmUpTopics topics =
        new WarmUpTopics(Admin.create(Map.of("bootstrap.servers", bootstrapServers)), name);
    boolean created = false;
    try {
      topics.delete();
      topics
          .admin
          .createTopics(
              topics.all().stream().map(topic -> new NewTopic(topic, 1, (short) 1)).toList())
          .all()
          .get();
      created = true;
      return topics;
    } finally {
      if (!created) {
        topics.admin.close();
      }
    }
  }

  /** Also the job's consumer group, and the prefix of its transactions. */
  String name() {
    return name;
  }

  String requests() {
    return name + ".requests";
  }

  String results() {
    return name + ".results";
  }

  String deadLetters() {
    return name + ".dead-letters";
  }

  String tasks() {
    return name + ".tasks";
  }

  private List<String> all() {
    return List.of(requests(), results(), deadLetters(), tasks());
  }

  private void delete() throws ExecutionException, InterruptedException {
    for (String topic : all()) {
      try {
        admin.deleteTopics(List.of(topic)).all().get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    try {
      admin.deleteConsumerGroups(List.of(name)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw e;
      }
    }
  }

  @Override
  public void close() throws ExecutionException, InterruptedException {
    try {
      delete();
    } finally {
      admin.close();
    }
  }
}

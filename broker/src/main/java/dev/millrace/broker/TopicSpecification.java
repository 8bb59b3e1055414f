package dev.millrace.broker;

import java.util.Map;

/**
 * A topic to make.
 *
 * @param configuration the topic's own settings, over those of the broker
 */
public record TopicSpecification(String name, int partitions, Map<String, String> configuration) {
  public TopicSpecification {
    configuration = Map.copyOf(configuration);
  }

  /** A topic of which the newest record of each key stays. */
  public static TopicSpecification compacted(String name, int partitions) {
    return new TopicSpecification(name, partitions, Map.of("cleanup.policy", "compact"));
  }
}

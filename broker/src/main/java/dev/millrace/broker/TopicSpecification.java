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
}

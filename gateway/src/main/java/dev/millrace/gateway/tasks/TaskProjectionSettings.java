package dev.millrace.gateway.tasks;

import java.util.Map;

/**
 * What is projected, and by whom.
 *
 * @param kafka the properties of a client, such as {@code bootstrap.servers}
 * @param topic of tasks
 * @param group under which the database keeps how far its topic has come; the name of the consumer
 *     group begins with it
 */
public record TaskProjectionSettings(Map<String, String> kafka, String topic, String group) {
  public TaskProjectionSettings {
    kafka = Map.copyOf(kafka);
  }
}

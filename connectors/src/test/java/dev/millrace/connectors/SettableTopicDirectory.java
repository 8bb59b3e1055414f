package dev.millrace.connectors;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Topics that a test makes and deletes, and a broker that it takes away. */
final class SettableTopicDirectory implements TopicDirectory {
  private final Map<String, Integer> topics = new HashMap<>();
  private boolean away;
  private int asked;
  private boolean closed;

  void create(String topic, int partitions) {
    topics.put(topic, partitions);
  }

  void delete(String topic) {
    topics.remove(topic);
  }

  void goAway() {
    away = true;
  }

  void comeBack() {
    away = false;
  }

  int timesAsked() {
    return asked;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public int partitions(String topic) throws IOException {
    asked++;
    if (away) {
      throw new IOException("the broker is away");
    }
    return topics.getOrDefault(topic, 0);
  }

  @Override
  public void close() {
    closed = true;
  }
}

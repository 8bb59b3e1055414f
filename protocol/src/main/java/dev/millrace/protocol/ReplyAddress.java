package dev.millrace.protocol;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request wants its answer instead of the result topic.
 *
 * @param partition which partition, or null to let the key decide
 */
public record ReplyAddress(String topic, @Nullable Integer partition) {
  private static final Pattern KAFKA_TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /**
   * Whether Kafka allows a topic of this name at all. A producer throws for others, so nothing may
   * be sent there, whatever the pattern of allowed topics says.
   */
  public boolean isLegal() {
    return KAFKA_TOPIC.matcher(topic).matches() && !topic.equals(".") && !topic.equals("..");
  }
}

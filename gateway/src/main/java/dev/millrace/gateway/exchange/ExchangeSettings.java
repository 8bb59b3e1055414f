package dev.millrace.gateway.exchange;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go, and where replies come from.
 *
 * @param kafka properties of all Kafka clients, {@code bootstrap.servers} among them
 * @param requests the topic of requests
 * @param replies the topic of replies; one that the job may answer to
 * @param partition of the reply topic that this instance reads; null to take one by chance, which
 *     is right too where several instances read the same: each ignores what it did not ask for
 * @param maximumPending how many requests may wait for their answers
 * @param maximumBytes the largest record that is sent
 */
public record ExchangeSettings(
    Map<String, String> kafka,
    String requests,
    String replies,
    @Nullable Integer partition,
    int maximumPending,
    int maximumBytes) {
  public ExchangeSettings {
    kafka = Map.copyOf(kafka);
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new IllegalArgumentException("no bootstrap.servers");
    }
    if (partition != null && partition < 0) {
      throw new IllegalArgumentException("partition %d of the reply topic".formatted(partition));
    }
    if (maximumPending < 1) {
      throw new IllegalArgumentException("at most %d pending requests".formatted(maximumPending));
    }
  }
}

package dev.millrace.connectors;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;

/**
 * How to reach Kafka.
 *
 * @param bootstrapServers {@code host:port}, several of them separated by commas
 * @param properties of Kafka's clients, e.g. for SASL and TLS, as Kafka names them; what a source
 *     or sink needs to be correct wins over them
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> properties)
    implements Serializable {
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

  /**
   * @throws IllegalArgumentException when there is no bootstrap server, or when the properties name
   *     others
   */
  public KafkaConnection {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("bootstrap servers must not be empty");
    }
    properties = Map.copyOf(properties);
    String others = properties.get(BOOTSTRAP_SERVERS);
    if (others != null && !others.equals(bootstrapServers)) {
      throw new IllegalArgumentException(
          "the properties name other bootstrap servers, '%s', than '%s'"
              .formatted(others, bootstrapServers));
    }
  }

  /** A connection that needs no more properties. */
  public static KafkaConnection to(String bootstrapServers) {
    return new KafkaConnection(bootstrapServers, Map.of());
  }

  /** All of it as Kafka's clients take it; the caller's own to change. */
  Properties clientProperties() {
    Properties client = new Properties();
    client.putAll(properties);
    client.setProperty(BOOTSTRAP_SERVERS, bootstrapServers);
    return client;
  }

  /** Only the property names: values may be secrets. */
  @Override
  public String toString() {
    return "KafkaConnection[" + bootstrapServers + ", properties " + properties.keySet() + "]";
  }
}

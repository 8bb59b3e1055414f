package dev.millrace.connectors;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;

/**
 * How to reach Kafka.
 *
 * @param bootstrapServers the brokers to begin with, host:port, separated by commas
 * @param properties client properties that are passed on as they are, such as those for SASL and
 *     TLS
 */
public record KafkaConnection(String bootstrapServers, Map<String, String> properties)
    implements Serializable {
  public KafkaConnection {
    if (bootstrapServers.isBlank()) {
      throw new IllegalArgumentException("no bootstrap servers");
    }
    properties = Map.copyOf(properties);
  }

  /** The properties of a client that begins with these defaults; what users set wins. */
  Properties clientProperties(Map<String, String> defaults) {
    Properties client = new Properties();
    client.putAll(defaults);
    client.putAll(properties);
    client.setProperty("bootstrap.servers", bootstrapServers);
    return client;
  }
}

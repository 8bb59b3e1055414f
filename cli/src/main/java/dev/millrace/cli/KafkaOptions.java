package dev.millrace.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Option;

/** How a command reaches Kafka. */
final class KafkaOptions {
  private static final int TIMEOUT_MILLISECONDS = 10_000;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9092",
      description = "The brokers to begin with (default: ${DEFAULT-VALUE}).")
  private String bootstrapServer = "";

  @Option(
      names = {"-P", "--kafka-property"},
      paramLabel = "KEY=VALUE",
      description =
          "A property of the Kafka client, such as security.protocol=SSL. May be repeated.")
  private Map<String, String> properties = new LinkedHashMap<>();

  String bootstrapServer() {
    return bootstrapServer;
  }

  /** The properties of a client that begins with these defaults; what users set wins. */
  Map<String, Object> clientProperties(Map<String, Object> defaults) {
    Map<String, Object> client = new HashMap<>(defaults);
    client.putAll(properties);
    client.put("bootstrap.servers", bootstrapServer);
    return client;
  }

  /** What users set, for clients that others make. */
  Map<String, String> properties() {
    return properties;
  }

  /**
   * Makes sure that the broker answers and that the topic is there, before a client waits for
   * either in silence.
   *
   * @throws CommandException when not
   */
  void requireTopic(String topic) throws CommandException, InterruptedException {
    try (Admin admin =
        Admin.create(
            clientProperties(
                Map.of(
                    "default.api.timeout.ms",
                    TIMEOUT_MILLISECONDS,
                    "request.timeout.ms",
                    TIMEOUT_MILLISECONDS / 2)))) {
      if (!admin.listTopics().names().get().contains(topic)) {
        throw new CommandException(
            "there is no topic '%s' on %s".formatted(topic, bootstrapServer));
      }
    } catch (ExecutionException e) {
      throw new CommandException(
          "no broker answers on %s; is it running? (--bootstrap-server)".formatted(bootstrapServer),
          e);
    }
  }
}

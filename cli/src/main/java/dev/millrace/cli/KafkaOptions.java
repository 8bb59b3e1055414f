package dev.millrace.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a command reaches Kafka. */
final class KafkaOptions {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  /** The command that these are options of. */
  @Spec(Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

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

  /** The properties of a client that begins with these defaults; what users set wins. */
  Map<String, Object> clientProperties(Map<String, Object> defaults) {
    Map<String, Object> client = new HashMap<>(defaults);
    client.putAll(properties);
    client.put("bootstrap.servers", bootstrapServer);
    return client;
  }

  /**
   * Makes sure that the broker answers and that the topics are there, before a client waits for
   * either in silence.
   *
   * @throws CommandException when not
   */
  void requireTopics(String... topics) throws CommandException, InterruptedException {
    // The client gives up by itself: closing it waits for what it has begun.
    String timeout = Long.toString(TIMEOUT.toMillis());
    Map<String, Object> hasty =
        Map.of("default.api.timeout.ms", timeout, "request.timeout.ms", timeout);
    Set<String> existing;
    try (Admin admin = Admin.create(clientProperties(hasty))) {
      existing = admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    } catch (KafkaException e) {
      throw unusable(e);
    }
    for (String topic : topics) {
      if (!existing.contains(topic)) {
        throw new CommandException(
            "there is no topic '%s' on %s".formatted(topic, bootstrapServer));
      }
    }
  }

  private CommandException unreachable(@Nullable Throwable cause) {
    if (cause instanceof TimeoutException) {
      return new CommandException(
          "no broker answers on %s: is it running? (--bootstrap-server)".formatted(bootstrapServer),
          cause);
    }
    String reason = cause == null ? "no reason given" : String.valueOf(cause.getMessage());
    return new CommandException(
        "the broker on %s refuses: %s".formatted(bootstrapServer, reason), cause);
  }

  /** A client that cannot be made was not asked for rightly; its cause says what is wrong. */
  private ParameterException unusable(KafkaException e) {
    Throwable reason = e.getCause() == null ? e : e.getCause();
    return new ParameterException(
        mixee.commandLine(), "no Kafka client can be made: " + reason.getMessage(), e);
  }
}

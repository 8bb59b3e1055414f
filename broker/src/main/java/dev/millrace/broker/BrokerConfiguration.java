package dev.millrace.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a local broker is to run.
 *
 * @param dataDirectory where its log and its topics are kept, and found again by the next start
 * @param port where it listens on the loopback address; 0 takes a free one
 * @param kafkaHome the directory of the broker's jars
 * @param maximumMessageBytes the largest record batch it takes, unless a topic says otherwise
 * @param heap the size of its heap, such as {@code 512m}
 * @param startupTimeout how long it may take until it answers
 */
public record BrokerConfiguration(
    Path dataDirectory,
    int port,
    Path kafkaHome,
    int maximumMessageBytes,
    String heap,
    Duration startupTimeout) {
  /** The system property that names the directory of the broker's jars. */
  public static final String KAFKA_HOME_PROPERTY = "millrace.kafka.home";

  /** What is allowed where nobody says otherwise: 16 MiB. */
  public static final int MAXIMUM_MESSAGE_BYTES = 16 << 20;

  public BrokerConfiguration {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
    }
    if (!Files.isDirectory(kafkaHome)) {
      throw new IllegalArgumentException(
          "no broker in %s: build it with mvn package, or set -D%s"
              .formatted(kafkaHome, KAFKA_HOME_PROPERTY));
    }
  }

  /** On a free port, with the broker that the build has laid out. */
  public static BrokerConfiguration defaults(Path dataDirectory) {
    String kafkaHome = System.getProperty(KAFKA_HOME_PROPERTY, "broker/distribution/target/kafka");
    return new BrokerConfiguration(
        dataDirectory.toAbsolutePath(),
        0,
        Path.of(kafkaHome),
        MAXIMUM_MESSAGE_BYTES,
        "512m",
        Duration.ofSeconds(90));
  }

  /** The same on another port. */
  public BrokerConfiguration withPort(int other) {
    return new BrokerConfiguration(
        dataDirectory, other, kafkaHome, maximumMessageBytes, heap, startupTimeout);
  }
}

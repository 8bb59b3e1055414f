package dev.millrace.broker;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The {@code server.properties} of a broker that is its own controller and has no peers, on the
 * loopback address only.
 */
final class ServerProperties {
  static final String HOST = "127.0.0.1";

  private ServerProperties() {}

  /** Writes the file anew: ports may differ from start to start. */
  static void write(
      Path file, Path logDirectory, int port, int controllerPort, int maximumMessageBytes)
      throws IOException {
    Properties properties = new Properties();
    properties.setProperty("process.roles", "broker,controller");
    properties.setProperty("node.id", "1");
    properties.setProperty("controller.quorum.voters", "1@" + HOST + ":" + controllerPort);
    properties.setProperty(
        "listeners",
        "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort));
    properties.setProperty("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
    properties.setProperty("controller.listener.names", "CONTROLLER");
    properties.setProperty("log.dirs", logDirectory.toString());
    properties.setProperty("auto.create.topics.enable", "false");
    properties.setProperty("message.max.bytes", Integer.toString(maximumMessageBytes));
    properties.setProperty("replica.fetch.max.bytes", Integer.toString(maximumMessageBytes));
    properties.setProperty("socket.request.max.bytes", Integer.toString(100 << 20));
    // There are no replicas to wait for, and no other member of a group to wait for either.
    properties.setProperty("offsets.topic.replication.factor", "1");
    properties.setProperty("offsets.topic.num.partitions", "4");
    properties.setProperty("transaction.state.log.replication.factor", "1");
    properties.setProperty("transaction.state.log.min.isr", "1");
    properties.setProperty("transaction.state.log.num.partitions", "4");
    properties.setProperty("share.coordinator.state.topic.replication.factor", "1");
    properties.setProperty("share.coordinator.state.topic.min.isr", "1");
    properties.setProperty("group.initial.rebalance.delay.ms", "0");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, "written anew at each start");
    }
  }
}

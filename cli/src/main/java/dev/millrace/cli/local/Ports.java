package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * The ports of a local stack.
 *
 * @param ui Flink's web UI and REST API
 * @param broker Kafka
 * @param metrics Prometheus
 */
public record Ports(int ui, int broker, int metrics) {
  /**
   * Takes free ones for those that are 0, and makes sure that the others are.
   *
   * @throws CommandException when one is taken; the message names the option that changes it
   */
  public Ports resolve() throws CommandException {
    return new Ports(
        usable(ui, "--ui-port"),
        usable(broker, "--broker-port"),
        usable(metrics, "--metrics-port"));
  }

  private static int usable(int port, String option) throws CommandException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(
          "port %d is taken: free it, or choose another with %s (0 takes a free one)"
              .formatted(port, option),
          e);
    }
  }
}

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
  private static final int HIGHEST = 65_535;

  /**
   * Takes free ones for those that are 0, and makes sure that the others are.
   *
   * @throws CommandException when one is taken or is no port, or two are the same; the message
   *     names the option that changes it
   */
  public Ports resolve() throws CommandException {
    // All are held until the last is found, so that no two are the same.
    try (ServerSocket uiSocket = bind(ui, "--ui-port");
        ServerSocket brokerSocket = bind(broker, "--broker-port");
        ServerSocket metricsSocket = bind(metrics, "--metrics-port")) {
      return new Ports(
          uiSocket.getLocalPort(), brokerSocket.getLocalPort(), metricsSocket.getLocalPort());
    } catch (IOException e) {
      throw new CommandException("no free port can be found: " + e.getMessage(), e);
    }
  }

  private static ServerSocket bind(int port, String option) throws CommandException {
    if (port < 0 || port > HIGHEST) {
      throw new CommandException("%s: %d is not between 0 and %d".formatted(option, port, HIGHEST));
    }
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new CommandException(
          "port %d is taken: free it, or choose another with %s (0 takes a free one)"
              .formatted(port, option),
          e);
    }
  }
}

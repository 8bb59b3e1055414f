package dev.millrace.cli.cluster;

import dev.millrace.cli.CommandException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports that clients and members of a cluster are told; each stays the same when its owner is
 * started again.
 *
 * @param rest of each JobManager
 * @param rpc of the JobManager; without use when there are several
 * @param gateways of each gateway
 * @param gatewayMetrics of the metrics of each
 */
record ClusterPorts(
    List<Integer> rest,
    int rpc,
    int broker,
    int zookeeper,
    int database,
    List<Integer> gateways,
    List<Integer> gatewayMetrics) {
  private static final int HIGHEST = 65_535;

  ClusterPorts {
    rest = List.copyOf(rest);
    gateways = List.copyOf(gateways);
    gatewayMetrics = List.copyOf(gatewayMetrics);
  }

  /**
   * Takes the ports that were asked for, and free ones for the rest.
   *
   * @throws CommandException when one is taken
   */
  static ClusterPorts choose(ClusterSettings settings) throws CommandException {
    // All are held until the last has been chosen, so that none is chosen twice.
    List<ServerSocket> held = new ArrayList<>();
    try {
      int gateways = settings.gateways().count();
      int rest = hold(settings.restPort(), "--ui-port", held);
      int broker = hold(settings.brokerPort(), "--broker-port", held);
      int gateway = gateways == 0 ? 0 : hold(settings.gateways().port(), "--http-port", held);
      return new ClusterPorts(
          first(rest, settings.jobManagers(), held),
          hold(0, "", held),
          broker,
          hold(0, "", held),
          hold(0, "", held),
          first(gateway, gateways, held),
          free(gateways, held));
    } finally {
      for (ServerSocket socket : held) {
        release(socket);
      }
    }
  }

  /** A port and free ones, this many in all. */
  private static List<Integer> first(int port, int count, List<ServerSocket> held)
      throws CommandException {
    List<Integer> ports = free(Math.max(0, count - 1), held);
    if (count > 0) {
      ports.add(0, port);
    }
    return ports;
  }

  private static List<Integer> free(int count, List<ServerSocket> held) throws CommandException {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      ports.add(hold(0, "", held));
    }
    return ports;
  }

  private static int hold(int port, String option, List<ServerSocket> held)
      throws CommandException {
    if (port < 0 || port > HIGHEST) {
      throw new CommandException("%s: %d is not between 0 and %d".formatted(option, port, HIGHEST));
    }
    try {
      ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new CommandException(
          port == 0
              ? "no free port can be found: " + e.getMessage()
              : "port %d is taken: free it, or choose another with %s (0 takes a free one)"
                  .formatted(port, option),
          e);
    }
  }

  private static void release(ServerSocket socket) throws CommandException {
    try {
      socket.close();
    } catch (IOException e) {
      throw new CommandException("a port cannot be released: " + e.getMessage(), e);
    }
  }
}

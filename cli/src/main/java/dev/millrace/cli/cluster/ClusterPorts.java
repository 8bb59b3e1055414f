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
 */
record ClusterPorts(List<Integer> rest, int rpc, int broker, int zookeeper) {
  private static final int HIGHEST = 65_535;

  ClusterPorts {
    rest = List.copyOf(rest);
  }

  /**
   * Takes the ports that were asked for, and free ones for the rest.
   *
   * @param rest of the first JobManager; 0 for a free one
   * @param broker 0 for a free one
   * @throws CommandException when one is taken
   */
  static ClusterPorts choose(int rest, int broker, int jobManagers) throws CommandException {
    // All are held until the last has been chosen, so that none is chosen twice.
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> restPorts = new ArrayList<>();
      restPorts.add(hold(rest, "--ui-port", held));
      int brokerPort = hold(broker, "--broker-port", held);
      while (restPorts.size() < jobManagers) {
        restPorts.add(hold(0, "", held));
      }
      return new ClusterPorts(restPorts, hold(0, "", held), brokerPort, hold(0, "", held));
    } finally {
      for (ServerSocket socket : held) {
        release(socket);
      }
    }
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

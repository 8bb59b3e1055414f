package dev.millrace.cli.cluster;

import dev.millrace.cli.LogFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a cluster is to be.
 *
 * @param taskManagers how many
 * @param slots of each
 * @param gpus of each; 0 where Flink is not to manage them
 * @param warmUp whether a TaskManager runs the job for a moment before it offers its slots
 * @param highAvailability two JobManagers, and ZooKeeper to elect the leader of them
 * @param restPort of the first JobManager; 0 for a free one
 * @param brokerPort 0 for a free one
 * @param gateways and the database that they share
 * @param partitions of each topic that does not exist
 * @param logFormat of JobManagers, TaskManagers and gateways
 * @param options of Flink, over those of {@code config.yaml}
 */
public record ClusterSettings(
    int taskManagers,
    int slots,
    int gpus,
    boolean warmUp,
    boolean highAvailability,
    int restPort,
    int brokerPort,
    Gateways gateways,
    int partitions,
    LogFormat logFormat,
    Map<String, String> options) {
  public ClusterSettings {
    if (gpus < 0) {
      throw new IllegalArgumentException(gpus + " GPUs of each TaskManager");
    }
    if (taskManagers < 1 || slots < 1 || partitions < 1) {
      throw new IllegalArgumentException(
          "%d TaskManagers of %d slots, %d partitions: each must be at least 1"
              .formatted(taskManagers, slots, partitions));
    }
    options = Map.copyOf(new TreeMap<>(options));
  }

  /**
   * The gateways.
   *
   * @param count how many; without any there is no database either
   * @param port of the first; 0 for a free one
   */
  public record Gateways(int count, int port) {
    /** No gateway and no database. */
    public static final Gateways NONE = new Gateways(0, 0);

    public Gateways {
      if (count < 0) {
        throw new IllegalArgumentException(count + " gateways");
      }
    }
  }

  int jobManagers() {
    return highAvailability ? 2 : 1;
  }
}

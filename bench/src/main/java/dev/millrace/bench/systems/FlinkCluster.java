package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Flink in this process, with one TaskManager. */
public final class FlinkCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkCluster.class);

  private final MiniCluster cluster;

  private FlinkCluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  static FlinkCluster start(Configuration configuration, int slots) throws BenchmarkException {
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .build());
    try {
      cluster.start();
    } catch (Exception e) {
      // What start declares.
      throw new BenchmarkException("Flink cannot be started: " + Causes.rootMessage(e), e);
    }
    return new FlinkCluster(cluster);
  }

  /**
   * Runs the job of an environment.
   *
   * @return when all of its tasks run
   * @throws BenchmarkException when it fails before
   */
  Running run(StreamExecutionEnvironment environment, String name)
      throws BenchmarkException, InterruptedException {
    StreamGraph graph = environment.getStreamGraph();
    graph.setJobName(name);
    try {
      RunningJob job =
          new RunningJob(cluster, cluster.submitJob(graph.getJobGraph()).get().getJobID());
      job.awaitTasks();
      return job;
    } catch (ExecutionException e) {
      throw new BenchmarkException(
          "the job of %s cannot be started: %s".formatted(name, Causes.rootMessage(e)), e);
    }
  }

  @Override
  public void close() {
    try {
      cluster.close();
    } catch (Exception e) {
      // What close declares; the process is about to end anyhow.
      LOG.warn("Flink has not stopped as it should.", e);
    }
  }
}

package dev.millrace.jobs.warmup;

import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.jobs.InferencePipeline;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the job for a moment within this process, on topics of its own and requests of zeros, with
 * checkpoints and transactions as the real one has them. Flink, Kafka's clients and the engines are
 * loaded and compiled then, and the first task of the process has no need to wait for that.
 */
public final class WarmUpJob {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUpJob.class);

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofMillis(200);

  private WarmUpJob() {}

  /**
   * Runs it, and leaves nothing behind.
   *
   * @param arguments the name of the process, and after it options of the job and of Flink, as
   *     {@link dev.millrace.jobs.InferenceJob} takes them
   * @throws java.util.concurrent.TimeoutException when it does not answer within half a minute
   */
  public static void main(String[] arguments) throws Exception {
    long begin = System.nanoTime();
    Configuration options =
        Configuration.fromMap(
            ParameterTool.fromArgs(Arrays.copyOfRange(arguments, 1, arguments.length)).toMap());
    List<ModelSpec> models =
        ModelRepository.load(Path.of(options.get(MillraceOptions.MODELS_REPOSITORY))).all().stream()
            .filter(ZeroRequests::canBeMadeFor)
            .toList();
    if (models.isEmpty()) {
      LOG.info("There is no model to warm up with.");
      return;
    }
    Path directory = Files.createTempDirectory("millrace-warm-up");
    String bootstrapServers = options.get(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS);
    try (WarmUpTopics topics =
            WarmUpTopics.create(bootstrapServers, "millrace.warm-up." + arguments[0]);
        MiniCluster cluster = new MiniCluster(cluster(options))) {
      cluster.start();
      JobID job = cluster.submitJob(job(options(options, topics, directory))).get().getJobID();
      try (WarmUpClient client = new WarmUpClient(bootstrapServers, topics, models)) {
        client.run();
      } finally {
        cluster.cancelJob(job).get();
        cluster.requestJobResult(job).get();
      }
    } finally {
      delete(directory);
    }
    LOG.info("Warm after {}.", Duration.ofNanos(System.nanoTime() - begin));
  }

  private static MiniClusterConfiguration cluster(Configuration options) {
    Configuration cluster = new Configuration(options);
    cluster.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(32));
    cluster.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
    cluster.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    cluster.set(RestOptions.BIND_PORT, "0");
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(cluster)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(1)
        .setRpcServiceSharing(RpcServiceSharing.SHARED)
        .build();
  }

  private static Configuration options(Configuration options, WarmUpTopics topics, Path directory) {
    Configuration own = new Configuration(options);
    own.set(MillraceOptions.REQUESTS_TOPIC, topics.requests());
    own.set(MillraceOptions.RESULTS_TOPIC, topics.results());
    own.set(MillraceOptions.DEAD_LETTERS_TOPIC, topics.deadLetters());
    own.set(MillraceOptions.TASKS_TOPIC, topics.tasks());
    own.set(MillraceOptions.KAFKA_GROUP_ID, topics.name());
    own.set(MillraceOptions.KAFKA_TRANSACTIONAL_ID_PREFIX, topics.name());
    own.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    own.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    own.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
    own.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_INTERVAL);
    own.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString());
    return own;
  }

  private static JobGraph job(Configuration options) throws Exception {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(options).setParallelism(1);
    InferencePipeline.build(environment, options);
    JobGraph job = environment.getStreamGraph().getJobGraph();
    // Tasks have a class loader of their own, as in the real job.
    job.setClasspaths(List.of(WarmUpJob.class.getProtectionDomain().getCodeSource().getLocation()));
    return job;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}

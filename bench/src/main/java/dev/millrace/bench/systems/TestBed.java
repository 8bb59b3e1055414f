package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Settings;
import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.BrokerUnavailableException;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.jobs.MillraceOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.kafka.clients.admin.Admin;

/**
 * What all systems of a benchmark share: a broker, a process of its own, and a Flink in this one.
 * Both live for the whole benchmark; each run of a system gets topics of its own.
 */
public final class TestBed implements AutoCloseable {
  /** As many as the machine that the targets were set for has cores. */
  public static final int PARALLELISM = 2;

  /** Of each topic of a run. */
  public static final int PARTITIONS = 4;

  private final LocalBroker broker;
  private final FlinkCluster flink;
  private final Configuration configuration;
  private int runs;

  private TestBed(LocalBroker broker, FlinkCluster flink, Configuration configuration) {
    this.broker = broker;
    this.flink = flink;
    this.configuration = configuration;
  }

  /**
   * Starts both.
   *
   * @throws BenchmarkException when one does not start; neither is left running then
   */
  public static TestBed open(Settings settings) throws BenchmarkException {
    Path directory = settings.workDirectory();
    Configuration configuration = configuration(settings);
    LocalBroker broker = startBroker(directory.resolve("broker"));
    try {
      configuration.set(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS, broker.bootstrapServers());
      return new TestBed(broker, FlinkCluster.start(configuration, PARALLELISM), configuration);
    } catch (BenchmarkException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  private static LocalBroker startBroker(Path directory) throws BenchmarkException {
    try {
      return LocalBroker.start(BrokerConfiguration.defaults(directory));
    } catch (BrokerUnavailableException | IllegalArgumentException e) {
      throw new BenchmarkException("the broker cannot be started: " + e.getMessage(), e);
    }
  }

  /** What {@code millrace run} takes, but for what would disturb or hide a measurement. */
  private static Configuration configuration(Settings settings) throws BenchmarkException {
    Path file = settings.home().resolve("flink-conf/local");
    if (!Files.isRegularFile(file.resolve("config.yaml"))) {
      throw new BenchmarkException(
          "%s has no flink-conf/local/config.yaml: run the millrace script of a checkout"
              .formatted(settings.home()));
    }
    Configuration configuration = GlobalConfiguration.loadConfiguration(file.toString());
    Path flink = settings.workDirectory().resolve("flink");
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:" + flink + "/checkpoints");
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.DELETE_ON_CANCELLATION);
    configuration.set(CoreOptions.TMP_DIRS, flink + "/tmp");
    configuration.set(WebOptions.TMP_DIR, flink + "/tmp");
    configuration.set(RestOptions.BIND_PORT, "0");
    // A job that failed and went on would be measured as a slow one.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    // Nobody would read them.
    configuration.removeConfig(MetricOptions.REPORTERS_LIST);
    configuration.addAll(Configuration.fromMap(settings.options()));
    return configuration;
  }

  /**
   * Makes the topics of a run.
   *
   * @param name of the system that runs
   * @param extra options over all others
   */
  public BenchContext newRun(String name, Workload workload, Map<String, String> extra)
      throws BenchmarkException, InterruptedException {
    RunTopics topics = RunTopics.of(name + "-" + runs++);
    try {
      Topics.create(
          broker.bootstrapServers(),
          Map.of(),
          Stream.concat(
                  topics.all().stream()
                      .map(topic -> new TopicSpecification(topic, PARTITIONS, Map.of())),
                  // One for all runs: nothing that is measured is a task.
                  Stream.of(
                      TopicSpecification.compacted(
                          configuration.get(MillraceOptions.TASKS_TOPIC), PARTITIONS)))
              .toList());
    } catch (ExecutionException e) {
      throw new BenchmarkException("topics cannot be made: " + Causes.rootMessage(e), e);
    }
    Configuration options = new Configuration(configuration);
    options.set(MillraceOptions.REQUESTS_TOPIC, topics.requests());
    options.set(MillraceOptions.RESULTS_TOPIC, topics.results());
    options.set(MillraceOptions.DEAD_LETTERS_TOPIC, topics.deadLetters());
    options.set(MillraceOptions.KAFKA_GROUP_ID, topics.requests());
    options.set(MillraceOptions.KAFKA_TRANSACTIONAL_ID_PREFIX, topics.results());
    options.addAll(Configuration.fromMap(extra));
    return new BenchContext(workload, topics, options, flink);
  }

  /** Deletes the topics of a run, so that the next does not share the disk with them. */
  public void discard(BenchContext run) throws BenchmarkException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.deleteTopics(run.topics().all()).all().get();
    } catch (ExecutionException e) {
      throw new BenchmarkException("topics cannot be deleted: " + Causes.rootMessage(e), e);
    }
  }

  /** What Kafka clients connect to. */
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The process of the broker. */
  public long brokerPid() {
    return broker.pid();
  }

  @Override
  public void close() {
    flink.close();
    broker.close();
  }
}

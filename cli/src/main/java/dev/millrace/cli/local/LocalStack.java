package dev.millrace.cli.local;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.BrokerUnavailableException;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.cli.CommandException;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.jobs.InferenceJob;
import dev.millrace.jobs.InferencePipeline;
import dev.millrace.jobs.MillraceOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker, its topics, and the job in a Flink of this process. */
public final class LocalStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  private final LocalBroker broker;
  private final Configuration configuration;
  private final JobClient job;
  private final Optional<Path> restoredFrom;

  private LocalStack(
      LocalBroker broker, Configuration configuration, JobClient job, Optional<Path> restoredFrom) {
    this.broker = broker;
    this.configuration = configuration;
    this.job = job;
    this.restoredFrom = restoredFrom;
  }

  /**
   * How the stack is to be.
   *
   * @param flinkConfiguration the directory of the {@code config.yaml} to begin with
   * @param options over those of the file
   * @param partitions of each topic that does not exist
   */
  public record Settings(
      Ports ports, Path flinkConfiguration, Configuration options, int partitions) {}

  /**
   * Starts all of it; what was in the directory goes on from its last checkpoint.
   *
   * @throws CommandException when a part cannot be started; none is left running then
   */
  public static LocalStack start(DataDirectory directory, Settings settings)
      throws CommandException, InterruptedException {
    LocalBroker broker = startBroker(directory, settings.ports());
    try {
      createTopics(broker, settings.partitions());
      return startJob(directory, settings, broker);
    } catch (CommandException | InterruptedException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  private static LocalBroker startBroker(DataDirectory directory, Ports ports)
      throws CommandException {
    try {
      return LocalBroker.start(
          BrokerConfiguration.defaults(directory.broker()).withPort(ports.broker()));
    } catch (BrokerUnavailableException | IllegalArgumentException e) {
      throw new CommandException("the broker cannot be started: " + e.getMessage(), e);
    }
  }

  private static void createTopics(LocalBroker broker, int partitions)
      throws CommandException, InterruptedException {
    List<TopicSpecification> topics = new ArrayList<>();
    for (String name :
        List.of(
            MillraceOptions.REQUESTS_TOPIC.defaultValue(),
            MillraceOptions.RESULTS_TOPIC.defaultValue(),
            MillraceOptions.DEAD_LETTERS_TOPIC.defaultValue())) {
      topics.add(new TopicSpecification(name, partitions, Map.of()));
    }
    try {
      Topics.create(broker.bootstrapServers(), Map.of(), topics);
    } catch (ExecutionException e) {
      throw new CommandException("the topics cannot be made: " + e.getMessage(), e);
    }
  }

  private static LocalStack startJob(DataDirectory directory, Settings settings, LocalBroker broker)
      throws CommandException {
    try {
      Optional<Path> checkpoint = directory.latestCheckpoint();
      Configuration configuration = configuration(directory, settings, broker, checkpoint);
      StreamExecutionEnvironment environment =
          StreamExecutionEnvironment.createLocalEnvironmentWithWebUI(configuration);
      InferencePipeline.build(environment, configuration);
      JobClient job = environment.executeAsync(InferenceJob.NAME);
      return new LocalStack(broker, configuration, job, checkpoint);
    } catch (InvalidModelException | IllegalConfigurationException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (Exception e) {
      // What executeAsync declares.
      throw new CommandException("the job cannot be started: " + e, e);
    }
  }

  private static Configuration configuration(
      DataDirectory directory, Settings settings, LocalBroker broker, Optional<Path> checkpoint) {
    Configuration configuration =
        GlobalConfiguration.loadConfiguration(settings.flinkConfiguration().toString());
    configuration.set(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS, broker.bootstrapServers());
    configuration.set(RestOptions.PORT, settings.ports().ui());
    configuration.set(RestOptions.BIND_PORT, Integer.toString(settings.ports().ui()));
    configuration.setString(
        "metrics.reporter.prom.port", Integer.toString(settings.ports().metrics()));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.checkpoints().toUri().toString());
    configuration.set(CoreOptions.TMP_DIRS, directory.flink().toString());
    checkpoint.ifPresent(
        path -> {
          configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString());
          configuration.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        });
    configuration.addAll(settings.options());
    return configuration;
  }

  /** The broker of the stack. */
  public LocalBroker broker() {
    return broker;
  }

  /** The options that the job runs with. */
  public Configuration configuration() {
    return configuration;
  }

  /** The checkpoint from which the job went on, if there was one. */
  public Optional<Path> restoredFrom() {
    return restoredFrom;
  }

  /**
   * Makes sure that neither the broker nor the job has ended.
   *
   * @throws CommandException with the reason when one has
   */
  public void requireRunning() throws CommandException, InterruptedException {
    if (!broker.isAlive()) {
      throw new CommandException("the broker has ended; its log is " + broker.logFile());
    }
    try {
      JobStatus status = job.getJobStatus().get();
      if (status.isGloballyTerminalState()) {
        job.getJobExecutionResult().get();
        throw new CommandException("the job has ended: " + status);
      }
    } catch (ExecutionException e) {
      throw new CommandException("the job has failed: " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  @Override
  public void close() {
    try {
      job.cancel().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      job.getJobExecutionResult().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // A cancelled job has no result; and a job that will not end goes with the process.
      LOG.debug("The job ended.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      broker.close();
    }
  }
}

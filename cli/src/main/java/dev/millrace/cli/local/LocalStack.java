package dev.millrace.cli.local;

import dev.millrace.broker.BrokerConfiguration;
import dev.millrace.broker.BrokerUnavailableException;
import dev.millrace.broker.LocalBroker;
import dev.millrace.broker.TopicSpecification;
import dev.millrace.broker.Topics;
import dev.millrace.cli.CommandException;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.jobs.InferenceJob;
import dev.millrace.jobs.InferencePipeline;
import dev.millrace.jobs.MillraceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.core.execution.JobClient;
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
  private final CompletableFuture<JobExecutionResult> jobEnd;
  private final Optional<Path> restoredFrom;

  private LocalStack(
      LocalBroker broker, Configuration configuration, JobClient job, Optional<Path> restoredFrom) {
    this.broker = broker;
    this.configuration = configuration;
    this.job = job;
    this.jobEnd = job.getJobExecutionResult();
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
      throws CommandException, InterruptedException, IOException {
    // In the job, a model that cannot be loaded would be tried again and again.
    ScoringModels.of(LocalConfiguration.beforeStart(settings)).requireUsable();
    directory.clearTemporaryFiles();
    Optional<Path> checkpoint = directory.latestCheckpoint();
    LocalBroker broker = startBroker(directory, settings.ports());
    try {
      Configuration configuration = LocalConfiguration.of(settings, directory, checkpoint);
      configuration.set(MillraceOptions.KAFKA_BOOTSTRAP_SERVERS, broker.bootstrapServers());
      createTopics(broker, configuration, settings.partitions());
      JobClient job = startJob(configuration);
      return new LocalStack(broker, configuration, job, checkpoint);
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

  private static AuditTopics topics(Configuration configuration) {
    return new AuditTopics(
        configuration.get(MillraceOptions.REQUESTS_TOPIC),
        configuration.get(MillraceOptions.RESULTS_TOPIC),
        configuration.get(MillraceOptions.DEAD_LETTERS_TOPIC));
  }

  private static void createTopics(LocalBroker broker, Configuration configuration, int partitions)
      throws CommandException, InterruptedException {
    AuditTopics topics = topics(configuration);
    String tasks = configuration.get(MillraceOptions.TASKS_TOPIC);
    try {
      Topics.create(
          broker.bootstrapServers(),
          Map.of(),
          Stream.concat(
                  Stream.of(
                          topics.requests(),
                          topics.results(),
                          topics.deadLetters(),
                          AuditTopics.REPLIES)
                      .map(name -> new TopicSpecification(name, partitions, Map.of())),
                  Stream.of(TopicSpecification.compacted(tasks, partitions)))
              .toList());
    } catch (ExecutionException e) {
      throw new CommandException("the topics cannot be made: " + rootMessage(e), e);
    }
  }

  private static JobClient startJob(Configuration configuration) throws CommandException {
    try {
      StreamExecutionEnvironment environment =
          StreamExecutionEnvironment.createLocalEnvironmentWithWebUI(configuration);
      InferencePipeline.build(environment, configuration);
      return environment.executeAsync(InferenceJob.NAME);
    } catch (InvalidModelException | IllegalConfigurationException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (Exception e) {
      // What executeAsync declares.
      throw new CommandException("the job cannot be started: " + rootMessage(e), e);
    }
  }

  /** The broker of the stack. */
  public LocalBroker broker() {
    return broker;
  }

  /** The topics that the job reads and writes. */
  public AuditTopics topics() {
    return topics(configuration);
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
    if (jobEnd.isDone()) {
      try {
        jobEnd.get();
      } catch (ExecutionException e) {
        throw new CommandException("the job has failed: " + rootMessage(e), e);
      }
      throw new CommandException("the job has ended");
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
    // Kafka's clients leave a thread interrupted, and what follows has to be waited for.
    boolean interrupted = Thread.interrupted();
    try {
      if (!jobEnd.isDone()) {
        job.cancel().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        jobEnd.get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      // A cancelled job has no result; and a job that will not end goes with the process.
      LOG.debug("The job ended.", e);
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      broker.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

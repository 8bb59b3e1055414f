package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.audit.TopicAudit;
import dev.millrace.cli.audit.Verdict;
import dev.millrace.cli.report.Progress;
import dev.millrace.cli.report.RunStatistics;
import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.pytorch.EngineSettings;
import dev.millrace.engines.pytorch.PyTorchEngineProvider;
import dev.millrace.engines.repository.InvalidModelException;
import dev.millrace.engines.repository.ModelRepository;
import dev.millrace.jobs.MillraceOptions;
import dev.millrace.protocol.TensorRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Sends samples through a running stack and tells how it went. */
public final class LocalRun {
  private static final AuditTopics TOPICS = AuditTopics.DEFAULT;
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private final LocalStack stack;
  private final Samples samples;
  private final Progress progress;

  public LocalRun(LocalStack stack, Samples samples, Progress progress) {
    this.stack = stack;
    this.samples = samples;
    this.progress = progress;
  }

  /**
   * How it went.
   *
   * @param engineAlone requests a second of the engine without the job; empty when the repository
   *     has no samples
   */
  public record Report(RunStatistics statistics, Verdict verdict, OptionalDouble engineAlone) {}

  /**
   * Sends so many samples, waits until every request on the topic is answered, and checks
   * conservation over all topics.
   *
   * @throws CommandException when the job ends meanwhile
   */
  public Report answer(long count) throws CommandException, InterruptedException, Exception {
    String bootstrapServers = stack.broker().bootstrapServers();
    try (TopicWatcher watcher =
        new TopicWatcher(TOPICS, bootstrapServers, System.currentTimeMillis())) {
      if (samples.size() > 0 && count > 0) {
        try (SamplePublisher publisher = new SamplePublisher(TOPICS.requests(), bootstrapServers)) {
          progress.say("sending %d requests".formatted(count));
          publisher.publish(samples, count);
        }
      }
      await(watcher, ends(bootstrapServers));
      // An answer too many would come with one of the next checkpoints.
      Duration interval =
          stack
              .configuration()
              .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
              .orElse(Duration.ofSeconds(1));
      TimeUnit.MILLISECONDS.sleep(2 * interval.toMillis());
      progress.say("checking that every request has exactly one answer");
      try (TopicAudit audit =
          new TopicAudit(TOPICS, new HashMap<>(Map.of("bootstrap.servers", bootstrapServers)))) {
        return new Report(watcher.statistics(), audit.run(), engineAlone());
      }
    }
  }

  /** Stays for as long as the job and the broker run. */
  public void serve() throws CommandException, InterruptedException {
    while (true) {
      stack.requireRunning();
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
  }

  private void await(TopicWatcher watcher, Map<TopicPartition, Long> requestEnds)
      throws CommandException, InterruptedException {
    while (!watcher.hasAnswersUpTo(requestEnds)) {
      stack.requireRunning();
      progress.update(
          "%d answered, %d waiting".formatted(watcher.answered(), watcher.outstanding()));
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
    progress.say("%d answered".formatted(watcher.answered()));
  }

  private static Map<TopicPartition, Long> ends(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      var topic =
          admin
              .describeTopics(List.of(TOPICS.requests()))
              .allTopicNames()
              .get()
              .values()
              .iterator()
              .next();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      topic
          .partitions()
          .forEach(
              partition ->
                  latest.put(
                      new TopicPartition(topic.name(), partition.partition()),
                      OffsetSpec.latest()));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((partition, offset) -> ends.put(partition, offset.offset()));
      return ends;
    }
  }

  private OptionalDouble engineAlone()
      throws InvalidModelException, EngineUnavailableException, InterruptedException {
    List<TensorRequest> requests = samples.decoded();
    if (requests.isEmpty()) {
      return OptionalDouble.empty();
    }
    progress.say("measuring what the engine does alone");
    ReadableConfig options = stack.configuration();
    ModelCatalog catalog =
        ModelRepository.load(Path.of(options.get(MillraceOptions.MODELS_REPOSITORY)));
    EngineSettings engine =
        new EngineSettings(
            options.get(MillraceOptions.ENGINE_DEVICE),
            options.get(MillraceOptions.ENGINE_STREAMS));
    if (catalog.resolve(requests.get(0).model()) instanceof ModelCatalog.Found found) {
      return OptionalDouble.of(
          EngineThroughput.measure(new PyTorchEngineProvider(engine), found.model(), requests));
    }
    return OptionalDouble.empty();
  }
}

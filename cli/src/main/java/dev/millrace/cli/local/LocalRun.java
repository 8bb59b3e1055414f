package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.audit.TopicAudit;
import dev.millrace.cli.audit.Verdict;
import dev.millrace.cli.report.RunStatistics;
import dev.millrace.cli.report.TerminalProgress;
import dev.millrace.engines.EngineUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Sends samples through a running stack and tells how it went. */
public final class LocalRun {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);

  private final LocalStack stack;
  private final Samples samples;
  private final TerminalProgress progress;

  public LocalRun(LocalStack stack, Samples samples, TerminalProgress progress) {
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
    AuditTopics topics = stack.topics();
    try (TopicWatcher watcher =
        new TopicWatcher(topics, bootstrapServers, System.currentTimeMillis())) {
      if (samples.size() > 0 && count > 0) {
        try (SamplePublisher publisher = new SamplePublisher(topics.requests(), bootstrapServers)) {
          progress.say("sending %d requests".formatted(count));
          publisher.publish(
              samples,
              count,
              sent -> progress.update(state(watcher) + ", %d sent".formatted(sent)));
        }
      }
      await(watcher, ends(topics.requests(), bootstrapServers));
      // An answer too many would come with one of the next checkpoints.
      Duration interval =
          stack
              .configuration()
              .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
              .orElse(Duration.ofSeconds(1));
      TimeUnit.MILLISECONDS.sleep(2 * interval.toMillis());
      progress.say("checking that every request has exactly one answer");
      try (TopicAudit audit =
          new TopicAudit(topics, new HashMap<>(Map.of("bootstrap.servers", bootstrapServers)))) {
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
      progress.update(state(watcher));
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
    progress.say("%d answered".formatted(watcher.answered()));
  }

  private static String state(TopicWatcher watcher) {
    return "%d answered, %d waiting".formatted(watcher.answered(), watcher.outstanding());
  }

  private static Map<TopicPartition, Long> ends(String requests, String bootstrapServers)
      throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      var topic =
          admin.describeTopics(List.of(requests)).allTopicNames().get().values().iterator().next();
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
      throws CommandException, EngineUnavailableException, InterruptedException {
    progress.say("measuring what the engine does alone");
    return ScoringModels.of(stack.configuration()).throughput(samples.decoded());
  }
}

package dev.millrace.bench.openloop;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.load.AnswerRecorder;
import dev.millrace.bench.load.LoadOutcome;
import dev.millrace.bench.load.LoadPlan;
import dev.millrace.bench.load.LoadRun;
import dev.millrace.bench.load.OpenLoopProducer;
import dev.millrace.bench.load.TimeOrigin;
import dev.millrace.bench.systems.RunTopics;
import dev.millrace.bench.systems.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** Fills the queue of a stack, has its engine begin, and asks urgently meanwhile. */
final class UrgencyRun {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);
  private static final Duration URGENT_PATIENCE = Duration.ofSeconds(30);

  /** Without a single answer, after which nothing more is expected. */
  private static final Duration STALL = Duration.ofMinutes(1);

  private final StackProcess stack;
  private final Workload workload;
  private final Progress progress;
  private final String bootstrapServers;
  private final RunTopics topics;

  UrgencyRun(StackProcess stack, Workload workload, Progress progress) {
    this.stack = stack;
    this.workload = workload;
    this.progress = progress;
    this.bootstrapServers = stack.ready().bootstrapServers();
    this.topics = stack.ready().topics();
  }

  UrgencyFindings play(LoadPlan bulk, LoadPlan urgent)
      throws BenchmarkException, InterruptedException {
    var consumer = AnswerRecorder.connect(bootstrapServers, List.of(topics.results()));
    TimeOrigin origin = TimeOrigin.in(0);
    try (AnswerRecorder recorder = AnswerRecorder.start(consumer, bulk, "bulk", origin)) {
      long begin = System.nanoTime();
      progress.say("sending %,d requests".formatted(bulk.size()));
      fill(bulk, origin);
      awaitRead(bulk.size());
      long filled = System.nanoTime();
      progress.say(
          "all are in the queue after %.0f s; the engine begins".formatted((filled - begin) / 1e9));
      stack.release();
      LoadRun.Played played =
          new LoadRun(
                  bootstrapServers,
                  target(Optional.of(topics.replies())),
                  List.of(topics.replies()))
              .play(urgent, "urgent", URGENT_PATIENCE);
      int leftAfterUrgent = bulk.size() - recorder.answered();
      progress.say(
          "urgent: p50 %.1f ms, p99 %.1f ms; %,d still wait"
              .formatted(
                  played.outcome().latencyMillis(kind -> true, 50).orElse(Double.NaN),
                  played.outcome().latencyMillis(kind -> true, 99).orElse(Double.NaN),
                  leftAfterUrgent));
      awaitAnswers(recorder, bulk.size());
      LoadOutcome outcome = recorder.finish();
      return new UrgencyFindings(
          played,
          outcome,
          new UrgencyFindings.Times(origin, filled - begin, filled - origin.nanos()),
          leftAfterUrgent,
          UrgencyFindings.StackFigures.of(stack));
    }
  }

  private OpenLoopProducer.Target target(Optional<String> replies) {
    return new OpenLoopProducer.Target(
        topics.requests(), replies, workload.encoding().contentType(), workload::value);
  }

  private void fill(LoadPlan bulk, TimeOrigin origin)
      throws BenchmarkException, InterruptedException {
    try (OpenLoopProducer producer =
        new OpenLoopProducer(bootstrapServers, target(Optional.empty()))) {
      int refused = producer.send(bulk, "bulk", origin).refused();
      if (refused > 0) {
        throw new BenchmarkException("the broker refused %d requests".formatted(refused));
      }
    }
  }

  /** Returns when the job has read so many: its group's offsets follow its checkpoints. */
  private void awaitRead(int requests) throws BenchmarkException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      for (long read = 0; read < requests; read = read(admin)) {
        stack.requireRunning();
        progress.update("%,d of %,d are in the queue".formatted(read, requests));
        TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
      }
    } catch (ExecutionException e) {
      throw new BenchmarkException("the broker does not know how far the job has read", e);
    }
  }

  private long read(Admin admin) throws ExecutionException, InterruptedException {
    // The test bed names the group after the topic.
    return admin
        .listConsumerGroupOffsets(topics.requests())
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  private void awaitAnswers(AnswerRecorder recorder, int requests)
      throws BenchmarkException, InterruptedException {
    int answered = recorder.answered();
    long lastAnswer = System.nanoTime();
    while (recorder.answered() < requests && System.nanoTime() - lastAnswer < STALL.toNanos()) {
      stack.requireRunning();
      recorder.await(LOOK_INTERVAL);
      if (recorder.answered() > answered) {
        answered = recorder.answered();
        lastAnswer = System.nanoTime();
      }
      progress.update("%,d of %,d are answered".formatted(answered, requests));
    }
  }
}

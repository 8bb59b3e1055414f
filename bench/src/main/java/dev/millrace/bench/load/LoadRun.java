package dev.millrace.bench.load;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;

/** Plays plans against whatever answers on some topics. */
public final class LoadRun {
  private static final long LEAD_NANOS = 200_000_000;

  private final String bootstrapServers;
  private final OpenLoopProducer.Target target;
  private final List<String> answerTopics;

  /**
   * @param answerTopics where answers come, the reply topic among them
   */
  public LoadRun(
      String bootstrapServers, OpenLoopProducer.Target target, List<String> answerTopics) {
    this.bootstrapServers = bootstrapServers;
    this.target = target;
    this.answerTopics = List.copyOf(answerTopics);
  }

  /** What a plan came to, and how the producer kept to it. */
  public record Played(LoadOutcome outcome, SendStatistics sending) {}

  /**
   * Plays a plan.
   *
   * @param name of the plan, which no other on these topics has
   * @param patience how long after the last request answers are waited for
   */
  public Played play(LoadPlan plan, String name, Duration patience) throws InterruptedException {
    Consumer<byte[], byte[]> consumer = AnswerRecorder.connect(bootstrapServers, answerTopics);
    try (OpenLoopProducer producer = new OpenLoopProducer(bootstrapServers, target)) {
      TimeOrigin origin = TimeOrigin.in(LEAD_NANOS);
      try (AnswerRecorder recorder = AnswerRecorder.start(consumer, plan, name, origin)) {
        SendStatistics sending = producer.send(plan, name, origin);
        recorder.await(patience);
        return new Played(recorder.finish(), sending);
      }
    }
  }
}

package dev.millrace.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Notes when each request of a plan is answered, on a thread of its own that reads the topics of
 * the answers from where they end now.
 *
 * <p>An answer names its request in the header {@code millrace-request-id}; one without a status is
 * taken for a result. Pieces of texts are no answers.
 */
public final class AnswerRecorder implements AutoCloseable {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(200);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  private static final int PRECISION_DIGITS = 2;

  private final Consumer<byte[], byte[]> consumer;
  private final LoadPlan plan;
  private final RequestIds ids;
  private final TimeOrigin origin;
  private final Thread thread;

  // Written by the thread only; whoever has read the count that was written after sees them.
  private final long[] answeredAt;
  private final Recorder recent = new Recorder(PRECISION_DIGITS);
  private final ResultStatus[] statuses;
  private int repeats;
  private volatile int answered;

  private AnswerRecorder(
      Consumer<byte[], byte[]> consumer, LoadPlan plan, RequestIds ids, TimeOrigin origin) {
    this.consumer = consumer;
    this.plan = plan;
    this.ids = ids;
    this.origin = origin;
    this.answeredAt = new long[plan.size()];
    Arrays.fill(answeredAt, LoadOutcome.NONE);
    this.statuses = new ResultStatus[plan.size()];
    this.thread = new Thread(this::record, "answer-recorder");
    thread.setDaemon(true);
  }

  /**
   * Connects to topics of answers.
   *
   * @return a consumer that stands at their ends
   */
  public static Consumer<byte[], byte[]> connect(
      String bootstrapServers, Collection<String> topics) {
    return connect(Map.of("bootstrap.servers", bootstrapServers), topics);
  }

  /**
   * Connects to topics of answers.
   *
   * @param client properties of the client, over those that this class gives it
   * @return a consumer that stands at their ends
   */
  public static Consumer<byte[], byte[]> connect(
      Map<String, Object> client, Collection<String> topics) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.putAll(client);
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // The seek is made only when somebody asks where it led.
    partitions.forEach(consumer::position);
    return consumer;
  }

  /**
   * Begins to record.
   *
   * @param consumer of {@link #connect}; closed in the end
   * @param name of the plan
   */
  public static AnswerRecorder start(
      Consumer<byte[], byte[]> consumer, LoadPlan plan, String name, TimeOrigin origin) {
    AnswerRecorder recorder = new AnswerRecorder(consumer, plan, new RequestIds(name), origin);
    recorder.thread.start();
    return recorder;
  }

  private void record() {
    int count = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        ConsumerRecords<byte[], byte[]> answers = consumer.poll(POLL_TIMEOUT);
        long at = System.nanoTime() - origin.nanos();
        for (ConsumerRecord<byte[], byte[]> answer : answers) {
          count += note(answer, at) ? 1 : 0;
        }
        answered = count;
      }
    } catch (WakeupException e) {
      // Closed.
    } finally {
      consumer.close();
    }
  }

  private boolean note(ConsumerRecord<byte[], byte[]> answer, long at) {
    OptionalInt request =
        header(answer, HeaderNames.REQUEST_ID).map(ids::request).orElse(OptionalInt.empty());
    if (request.isEmpty() || answer.headers().lastHeader(HeaderNames.SEQUENCE) != null) {
      return false;
    }
    int index = request.getAsInt();
    if (answeredAt[index] != LoadOutcome.NONE) {
      repeats++;
      return false;
    }
    answeredAt[index] = at;
    statuses[index] =
        header(answer, HeaderNames.STATUS)
            .flatMap(ResultStatus::fromWireName)
            .orElse(ResultStatus.OK);
    recent.recordValue(Math.max(0, at - plan.arrival(index)));
    return true;
  }

  private static Optional<String> header(ConsumerRecord<byte[], byte[]> answer, String name) {
    Header header = answer.headers().lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), UTF_8));
  }

  /** How many requests have been answered so far. */
  public int answered() {
    return answered;
  }

  /**
   * The latencies of the answers that have come since this was last asked, in nanoseconds from the
   * instants at which the requests were to be sent. Safe for any one thread.
   */
  public Histogram recentLatencies() {
    return recent.getIntervalHistogram();
  }

  /** Returns when every request is answered, or so long from now; whichever is sooner. */
  public void await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (answered < plan.size() && System.nanoTime() < deadline && thread.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_INTERVAL.toMillis());
    }
  }

  /** Stops, and says what has become of the requests until now. */
  public LoadOutcome finish() throws InterruptedException {
    close();
    thread.join();
    long until = System.nanoTime() - origin.nanos();
    return new LoadOutcome(plan, new LoadOutcome.Answers(answeredAt, statuses, repeats), until);
  }

  /** Stops. */
  @Override
  public void close() {
    consumer.wakeup();
  }
}

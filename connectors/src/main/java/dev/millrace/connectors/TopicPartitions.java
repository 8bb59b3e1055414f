package dev.millrace.connectors;

import dev.millrace.protocol.ReplyAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many partitions topics have, remembered for a while, so that a topic which requests name can
 * be checked for each of them. Used by one thread, which a look-up holds up for at most two
 * seconds.
 */
public final class TopicPartitions implements AutoCloseable {
  /** What is answered while Kafka does not say. */
  public static final int UNKNOWN = Integer.MAX_VALUE;

  /** Topics rarely vanish; a request for one that just did is found out when it is written. */
  private static final long KNOWN_NANOS = Duration.ofSeconds(60).toNanos();

  /** Short: a client may make its reply topic just after it asked. */
  private static final long ABSENT_NANOS = Duration.ofSeconds(2).toNanos();

  /** Names come from requests, so there may be any number of them. */
  private static final int MOST_NAMES = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(TopicPartitions.class);

  private final TopicDirectory directory;
  private final LongSupplier nanoTime;
  private final LinkedHashMap<String, Answer> answers = new LeastRecentlyUsed();

  /** Looks topics up in Kafka. */
  public TopicPartitions(KafkaConnection connection) {
    this(new KafkaTopicDirectory(connection), System::nanoTime);
  }

  TopicPartitions(TopicDirectory directory, LongSupplier nanoTime) {
    this.directory = directory;
    this.nanoTime = nanoTime;
  }

  /**
   * How many partitions the topic has; 0 when there is no such topic, or may be none of this name;
   * {@link #UNKNOWN} when Kafka does not answer, so that its absence is not taken for the topic's.
   * An answer may be 60 seconds old, an answer that there is none 2 seconds. A thread that is
   * interrupted while it waits stays interrupted and is told {@link #UNKNOWN}.
   */
  public int partitions(String topic) {
    if (!new ReplyAddress(topic, null).isLegal()) {
      return 0;
    }
    Answer known = answers.get(topic);
    if (known != null && !known.isStale(nanoTime.getAsLong())) {
      return known.partitions;
    }
    int partitions = lookUp(topic);
    boolean exists = partitions > 0 && partitions != UNKNOWN;
    long expiry = nanoTime.getAsLong() + (exists ? KNOWN_NANOS : ABSENT_NANOS);
    answers.put(topic, new Answer(partitions, expiry));
    return partitions;
  }

  /** Has the topic looked up again the next time, e.g. since writing to it failed. */
  void forget(String topic) {
    answers.remove(topic);
  }

  private int lookUp(String topic) {
    try {
      return directory.partitions(topic);
    } catch (IOException e) {
      LOG.warn("Taking topic '{}' for existing until Kafka answers", topic, e);
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }

  /** How many topics are remembered. */
  int remembered() {
    return answers.size();
  }

  @Override
  public void close() {
    directory.close();
  }

  private record Answer(int partitions, long expiry) {
    boolean isStale(long now) {
      return now - expiry >= 0;
    }
  }

  private static final class LeastRecentlyUsed extends LinkedHashMap<String, Answer> {
    LeastRecentlyUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.@Nullable Entry<String, Answer> eldest) {
      return size() > MOST_NAMES;
    }
  }
}

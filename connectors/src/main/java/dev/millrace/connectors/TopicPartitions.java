package dev.millrace.connectors;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows how many partitions a topic has. What the broker said is remembered for a while, so that a
 * stream of requests for one topic costs one question a minute.
 *
 * <p>Confined to one thread.
 */
public final class TopicPartitions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicPartitions.class);

  /** What Kafka allows as the name of a topic. */
  private static final Pattern LEGAL_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);
  private static final long PRESENT_NANOSECONDS = TimeUnit.SECONDS.toNanos(60);
  private static final long ABSENT_NANOSECONDS = TimeUnit.SECONDS.toNanos(2);
  private static final int MOST_REMEMBERED = 10_000;

  private final Admin admin;
  private final Map<String, Known> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  public TopicPartitions(KafkaConnection connection) {
    Properties properties = connection.clientProperties(Map.of());
    this.admin = Admin.create(properties);
  }

  /**
   * How many partitions a topic has; 0 when there is no such topic. When the broker does not answer
   * in time, the topic is taken for one with any number of partitions: a request must not be
   * refused because a broker is restarting.
   */
  public int partitions(String topic) {
    if (!LEGAL_NAME.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
      return 0;
    }
    long now = System.nanoTime();
    Known remembered = known.get(topic);
    if (remembered == null || remembered.until() - now < 0) {
      int partitions = ask(topic);
      long validity = partitions == 0 ? ABSENT_NANOSECONDS : PRESENT_NANOSECONDS;
      remembered = new Known(partitions, now + validity);
      known.remove(topic);
      known.put(topic, remembered);
    }
    return remembered.partitions();
  }

  private int ask(String topic) {
    try {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          .values()
          .stream()
          .mapToInt(description -> description.partitions().size())
          .sum();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof UnknownTopicOrPartitionException
          || cause instanceof InvalidTopicException) {
        return 0;
      }
      LOG.warn("Cannot tell whether topic {} exists; taking it for existing.", topic, e);
    } catch (TimeoutException e) {
      LOG.warn("No answer whether topic {} exists; taking it for existing.", topic);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Integer.MAX_VALUE;
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  /**
   * What the broker said.
   *
   * @param until {@link System#nanoTime}
   */
  private record Known(int partitions, long until) {}
}

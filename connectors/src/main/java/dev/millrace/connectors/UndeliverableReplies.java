package dev.millrace.connectors;

import java.time.Duration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the replies that nobody will get, and says so in the log at most every ten seconds:
 * whoever names a topic that is not there may do so in every request.
 */
final class UndeliverableReplies {
  private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final Logger LOG = LoggerFactory.getLogger(UndeliverableReplies.class);

  private final Counter counter;
  private long unsaid;
  private long silentUntil;
  private boolean spoken;

  UndeliverableReplies(MetricGroup operator) {
    counter = operator.addGroup("millrace").counter("replies_undeliverable_total");
  }

  /** How many there were. */
  long count() {
    return counter.getCount();
  }

  /**
   * Counts one more.
   *
   * @param now of {@link System#nanoTime}
   */
  void add(String topic, String reason, long now) {
    counter.inc();
    unsaid++;
    if (spoken && now - silentUntil < 0) {
      return;
    }
    LOG.warn("{} replies undeliverable, the last one to '{}': {}", unsaid, topic, reason);
    spoken = true;
    silentUntil = now + SILENCE_NANOS;
    unsaid = 0;
  }
}

package dev.millrace.gateway.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the replies of this instance, on a thread of its own, from now on. */
final class ReplyReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplyReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Consumer<Reply> replies;
  private final Thread thread = new Thread(this::run, "millrace-replies");
  private volatile boolean closed;

  private ReplyReader(KafkaConsumer<byte[], byte[]> consumer, Consumer<Reply> replies) {
    this.consumer = consumer;
    this.replies = replies;
    this.thread.setDaemon(true);
  }

  /**
   * Starts to read behind what is there.
   *
   * @throws ExchangeUnavailableException when the end of the partition cannot be found
   */
  static ReplyReader start(ExchangeSettings settings, int partition, Consumer<Reply> replies)
      throws ExchangeUnavailableException {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      TopicPartition own = new TopicPartition(settings.replies(), partition);
      consumer.assign(List.of(own));
      consumer.seekToEnd(List.of(own));
      // Asks for the end now: a reply to a request that is sent from here on is behind it.
      consumer.position(own, PATIENCE);
    } catch (KafkaException e) {
      consumer.close();
      throw new ExchangeUnavailableException(
          "partition %d of %s cannot be read: %s"
              .formatted(partition, settings.replies(), e.getMessage()),
          e);
    }
    ReplyReader reader = new ReplyReader(consumer, replies);
    reader.thread.start();
    return reader;
  }

  private static Map<String, Object> properties(ExchangeSettings settings) {
    Map<String, Object> properties = new HashMap<>(settings.kafka());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Where what was to be read next is gone, so is who waited for it.
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    return properties;
  }

  private void run() {
    while (!closed) {
      try {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      } catch (WakeupException e) {
        LOG.debug("The replies are not read any more.");
      } catch (KafkaException e) {
        LOG.warn("Replies cannot be read now.", e);
        pause();
      }
    }
    consumer.close();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Reply reply = reply(record);
    if (reply == null) {
      LOG.debug("No reply of a job: {}-{}.", record.partition(), record.offset());
      return;
    }
    try {
      replies.accept(reply);
    } catch (RuntimeException e) {
      LOG.error("The reply to {} cannot be passed on.", reply.name(), e);
    }
  }

  private static @Nullable Reply reply(ConsumerRecord<byte[], byte[]> record) {
    String tenant = text(record, HeaderNames.TENANT);
    String id = text(record, HeaderNames.REQUEST_ID);
    String status = text(record, HeaderNames.STATUS);
    String sequence = text(record, HeaderNames.SEQUENCE);
    if (tenant == null || id == null || record.value() == null) {
      return null;
    }
    Encoding encoding =
        Encoding.PROTOBUF.contentType().equals(text(record, HeaderNames.CONTENT_TYPE))
            ? Encoding.PROTOBUF
            : Encoding.JSON;
    RequestName name = new RequestName(tenant, id);
    if (status != null) {
      ResultStatus known = ResultStatus.fromWireName(status).orElse(null);
      return known == null ? null : new Reply(name, known, 0, encoding, record.value());
    }
    try {
      return sequence == null
          ? null
          : new Reply(name, null, Integer.parseInt(sequence), encoding, record.value());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  private void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

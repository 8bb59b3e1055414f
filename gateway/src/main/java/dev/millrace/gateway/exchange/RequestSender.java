package dev.millrace.gateway.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RequestEncoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes requests and cancels. Never blocks: where a producer would wait for room or for a broker,
 * the request is refused instead.
 */
final class RequestSender implements AutoCloseable {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  /** Room in the record for headers, beside the largest value. */
  private static final int HEADROOM = 64 << 10;

  private static final byte[] TRUE = "true".getBytes(US_ASCII);

  /** What may go together to a partition: that of a round trip, where one request is under way. */
  private static final int BATCH_BYTES = 64 << 10;

  private final Producer<byte[], byte[]> producer;
  private final RequestEncoder encoder = new RequestEncoder();
  private final String topic;
  private final byte[] replyTopic;
  private final byte[] replyPartition;

  RequestSender(ExchangeSettings settings, int partition) {
    this.producer =
        new KafkaProducer<>(
            properties(settings), new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = settings.requests();
    this.replyTopic = settings.replies().getBytes(UTF_8);
    this.replyPartition = Integer.toString(partition).getBytes(US_ASCII);
  }

  private static Map<String, Object> properties(ExchangeSettings settings) {
    Map<String, Object> properties = new HashMap<>();
    // Nothing waits for company, but what comes while Kafka is busy with the last request goes
    // together in the next: most of a broker's work is with a request, however small.
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.maximumBytes() + HEADROOM);
    properties.putAll(settings.kafka());
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // An event loop sends: it must hear at once that there is no room.
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
    // A topic that is forgotten for want of requests could not be found without waiting.
    properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Integer.MAX_VALUE);
    return properties;
  }

  /** Whether the topic is known, without which nothing can be sent; asks for it if not. */
  boolean isReady() {
    try {
      return !producer.partitionsFor(topic).isEmpty();
    } catch (KafkaException e) {
      return false;
    }
  }

  /** Completes when Kafka has the request, and fails when it has not, or not for certain. */
  CompletionStage<Sent> send(Submission submission) {
    RequestName name = submission.name();
    ProducerRecord<byte[], byte[]> request =
        record(name, encoder.encode(submission.request(), name.id()));
    add(
        request,
        HeaderNames.CONTENT_TYPE,
        RequestEncoder.encoding(submission.request()).contentType());
    request.headers().add(HeaderNames.REPLY_TOPIC, replyTopic);
    request.headers().add(HeaderNames.REPLY_PARTITION, replyPartition);
    add(request, HeaderNames.TRACE_PARENT, submission.traceParent());
    String state = submission.traceState();
    if (state != null) {
      add(request, HeaderNames.TRACE_STATE, state);
    }
    if (submission.task()) {
      request.headers().add(HeaderNames.TASK, TRUE);
    }
    return send(request);
  }

  /** Takes a request back: behind it in the same partition, since both have its id as key. */
  CompletionStage<Sent> cancel(RequestName name) {
    ProducerRecord<byte[], byte[]> cancel = record(name, new byte[0]);
    add(cancel, HeaderNames.CANCEL, name.id());
    // Its own answer is for nobody, and the replies are where nobody keeps it.
    cancel.headers().add(HeaderNames.REPLY_TOPIC, replyTopic);
    cancel.headers().add(HeaderNames.REPLY_PARTITION, replyPartition);
    return send(cancel);
  }

  private ProducerRecord<byte[], byte[]> record(RequestName name, byte[] value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, name.id().getBytes(UTF_8), value);
    add(record, HeaderNames.TENANT, name.tenant());
    return record;
  }

  private static void add(ProducerRecord<byte[], byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(UTF_8));
  }

  private CompletionStage<Sent> send(ProducerRecord<byte[], byte[]> record) {
    CompletableFuture<Sent> sent = new CompletableFuture<>();
    try {
      var unused =
          producer.send(
              record,
              (metadata, error) -> {
                if (error == null) {
                  sent.complete(
                      new Sent(
                          new RecordCoordinates(
                              metadata.topic(), metadata.partition(), metadata.offset()),
                          metadata.timestamp()));
                } else {
                  sent.completeExceptionally(error);
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      // What send throws rather than tells, such as that the producer is closed.
      sent.completeExceptionally(e);
    }
    return sent;
  }

  @Override
  public void close() {
    producer.close(CLOSE_PATIENCE);
  }
}

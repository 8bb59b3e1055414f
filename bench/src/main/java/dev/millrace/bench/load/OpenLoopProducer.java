package dev.millrace.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.HeaderNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the requests of a plan at their instants, with a client of stock Kafka that does not wait
 * for company ({@code linger.ms} 0). Requests go to the partitions in turn.
 *
 * <p>Works on the caller's thread, which sleeps between requests rather than spin: a core that
 * spins would be missing to the system that is measured. That costs some 0.1 ms on an idle core,
 * which counts as latency as all lateness does.
 */
public final class OpenLoopProducer implements AutoCloseable {
  private static final int LATENESS_DIGITS = 3;

  private final Producer<byte[], byte[]> producer;
  private final Target target;
  private final int partitions;
  private final AtomicInteger sent = new AtomicInteger();

  /**
   * Where requests go and what they are.
   *
   * @param requests the topic of the requests
   * @param replies the topic that they ask to be answered on; empty for the job's result topic
   * @param contentType how the values are written
   * @param values the value of a record, by the index of the request
   */
  public record Target(
      String requests, Optional<String> replies, String contentType, IntFunction<byte[]> values) {}

  /** Connects, so that the first request need not wait for that. */
  public OpenLoopProducer(String bootstrapServers, Target target) {
    this(Map.of("bootstrap.servers", bootstrapServers), target);
  }

  /**
   * Connects, so that the first request need not wait for that.
   *
   * @param client properties of the client, over those that this class gives it
   */
  public OpenLoopProducer(Map<String, Object> client, Target target) {
    this.target = target;
    Map<String, Object> properties = new HashMap<>();
    properties.put("acks", "all");
    properties.put("linger.ms", 0);
    properties.put("buffer.memory", 64 << 20);
    properties.putAll(client);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.partitions = producer.partitionsFor(target.requests()).size();
  }

  /**
   * Sends all of a plan, and returns when the broker has them.
   *
   * @param name of the plan: the requests' ids begin with it
   * @throws InterruptedException when the thread is interrupted; the rest is not sent
   */
  public SendStatistics send(LoadPlan plan, String name, TimeOrigin origin)
      throws InterruptedException {
    RequestIds ids = new RequestIds(name);
    AtomicInteger refused = new AtomicInteger();
    Histogram lateness = new Histogram(LATENESS_DIGITS);
    for (int request = 0; request < plan.size(); request++) {
      awaitInstant(origin.nanos() + plan.arrival(request));
      lateness.recordValue(Math.max(0, System.nanoTime() - origin.nanos() - plan.arrival(request)));
      // The callback hears how it ended.
      Future<RecordMetadata> unused =
          producer.send(
              record(plan, request, ids, origin),
              (metadata, failure) -> refused.addAndGet(failure == null ? 0 : 1));
      sent.incrementAndGet();
    }
    producer.flush();
    return new SendStatistics(
        plan.size(),
        refused.get(),
        lateness.getValueAtPercentile(50) / 1e6,
        lateness.getMaxValue() / 1e6);
  }

  /** How many requests have been handed to the client so far, of all plans. Safe for any thread. */
  public int sent() {
    return sent.get();
  }

  private static void awaitInstant(long instant) throws InterruptedException {
    for (long left = instant - System.nanoTime(); left > 0; left = instant - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted between requests");
      }
    }
  }

  private ProducerRecord<byte[], byte[]> record(
      LoadPlan plan, int request, RequestIds ids, TimeOrigin origin) {
    Traffic kind = plan.kind(request);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            target.requests(),
            request % partitions,
            origin.epochMillis(plan.arrival(request)),
            null,
            target.values().apply(request));
    List<Map.Entry<String, String>> headers =
        List.of(
            Map.entry(HeaderNames.CONTENT_TYPE, target.contentType()),
            Map.entry(HeaderNames.CLOUD_EVENT_ID, ids.of(request)),
            Map.entry(HeaderNames.TENANT, kind.tenant()),
            Map.entry(HeaderNames.PRIORITY, Integer.toString(kind.priority())));
    for (Map.Entry<String, String> header : headers) {
      record.headers().add(header.getKey(), header.getValue().getBytes(UTF_8));
    }
    target
        .replies()
        .ifPresent(topic -> record.headers().add(HeaderNames.REPLY_TOPIC, topic.getBytes(UTF_8)));
    if (kind.timeout().isPresent()) {
      long deadline = origin.epochMillis(plan.deadline(request));
      record.headers().add(HeaderNames.DEADLINE, Long.toString(deadline).getBytes(UTF_8));
    }
    return record;
  }

  @Override
  public void close() {
    producer.close();
  }
}

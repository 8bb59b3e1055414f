package dev.millrace.cli.audit;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics from their beginning to where they end now, as a read_committed consumer sees them,
 * and compares.
 *
 * <p>Requests that are written while answers are being read count only if they were answered:
 * nobody can say yet that they will not be.
 */
public final class TopicAudit implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** An answer without coordinates is held against a request that never was. */
  private static final RecordCoordinates NOWHERE = new RecordCoordinates("(no coordinates)", 0, 0);

  private final AuditTopics topics;
  private final Consumer<byte[], byte[]> consumer;
  private final ConservationLedger ledger = new ConservationLedger();
  private final Set<String> replyTopics = new HashSet<>();

  /**
   * @param clientProperties how to reach Kafka
   */
  public TopicAudit(AuditTopics topics, Map<String, Object> clientProperties) {
    this.topics = topics;
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "earliest");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Reads all there is, and compares. */
  public Verdict run() {
    Map<TopicPartition, Long> requestEnds = ends(List.of(topics.requests()));
    read(requestEnds, this::request);
    read(ends(List.of(topics.results())), this::result);
    read(ends(List.of(topics.deadLetters())), this::deadLetter);
    Collection<String> existing = new ArrayList<>(replyTopics);
    existing.retainAll(consumer.listTopics().keySet());
    existing.removeAll(Set.of(topics.results(), topics.deadLetters(), topics.requests()));
    read(ends(existing), this::reply);
    read(requestEnds, ends(List.of(topics.requests())), this::lateRequest);
    return ledger.verdict();
  }

  @FunctionalInterface
  private interface Reader {
    void read(ConsumerRecord<byte[], byte[]> record);
  }

  private void request(ConsumerRecord<byte[], byte[]> record) {
    ledger.request(new RecordCoordinates(record.topic(), record.partition(), record.offset()));
    AnswerHeaders.header(record, HeaderNames.REPLY_TOPIC).ifPresent(replyTopics::add);
  }

  private void lateRequest(ConsumerRecord<byte[], byte[]> record) {
    ledger.lateRequest(new RecordCoordinates(record.topic(), record.partition(), record.offset()));
  }

  private void result(ConsumerRecord<byte[], byte[]> record) {
    ledger.result(AnswerHeaders.source(record).orElse(NOWHERE), status(record));
  }

  private void deadLetter(ConsumerRecord<byte[], byte[]> record) {
    ledger.deadLetter(AnswerHeaders.deadLetterSource(record).orElse(NOWHERE));
  }

  private void reply(ConsumerRecord<byte[], byte[]> record) {
    // Reply topics may be shared with other jobs and other request topics.
    AnswerHeaders.source(record)
        .filter(source -> source.topic().equals(topics.requests()))
        .ifPresent(source -> ledger.reply(source, status(record)));
  }

  private static String status(ConsumerRecord<byte[], byte[]> record) {
    return AnswerHeaders.header(record, HeaderNames.STATUS).orElse("(none)");
  }

  private Map<TopicPartition, Long> ends(Collection<String> names) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String name : names) {
      for (PartitionInfo partition : consumer.partitionsFor(name)) {
        partitions.add(new TopicPartition(partition.topic(), partition.partition()));
      }
    }
    return consumer.endOffsets(partitions);
  }

  private void read(Map<TopicPartition, Long> ends, Reader reader) {
    read(Map.of(), ends, reader);
  }

  /** Reads from these offsets, or the beginning where there are none, to those. */
  private void read(
      Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends, Reader reader) {
    consumer.assign(ends.keySet());
    consumer.seekToBeginning(ends.keySet());
    starts.forEach(consumer::seek);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
        if (end != null && record.offset() < end) {
          reader.read(record);
        }
      }
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}

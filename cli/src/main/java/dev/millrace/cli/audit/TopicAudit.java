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
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
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

  /** How long a broker may give nothing before it is taken to be gone. */
  private static final Duration STALLED = Duration.ofSeconds(30);

  private final AuditTopics topics;
  private final Map<String, Object> clientProperties;
  private final Consumer<byte[], byte[]> consumer;
  private final ConservationLedger ledger = new ConservationLedger();
  private final Set<String> replyTopics = new HashSet<>();

  /**
   * @param clientProperties how to reach Kafka
   */
  public TopicAudit(AuditTopics topics, Map<String, Object> clientProperties) {
    this.topics = topics;
    this.clientProperties = Map.copyOf(clientProperties);
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "earliest");
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Reads all there is, and compares. Where answers are missing, looks for transactions that
   * withhold them.
   *
   * @throws TimeoutException when the broker stops answering
   * @throws ExecutionException when the broker does not say which transactions are open
   */
  public Verdict run() throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> requestEnds = ends(List.of(topics.requests()));
    read(requestEnds, this::request);
    read(ends(List.of(topics.results())), this::result);
    read(ends(List.of(topics.deadLetters())), this::deadLetter);
    Collection<String> existing = new ArrayList<>(replyTopics);
    existing.retainAll(consumer.listTopics().keySet());
    existing.removeAll(Set.of(topics.results(), topics.deadLetters(), topics.requests()));
    read(ends(existing), this::reply);
    read(requestEnds, ends(List.of(topics.requests())), this::lateRequest);
    // Asked for last: what retention deletes meanwhile may have been deleted before it was read.
    consumer
        .beginningOffsets(requestEnds.keySet())
        .forEach((partition, offset) -> ledger.beginning(coordinates(partition, offset)));
    Verdict verdict = ledger.verdict();
    return verdict.missing().count() == 0
        ? verdict
        : verdict.withOpenTransactions(openTransactions());
  }

  private List<OpenTransaction> openTransactions() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(clientProperties)) {
      return new OpenTransactions(admin)
          .of(ends(List.of(topics.results(), topics.deadLetters())).keySet());
    }
  }

  @FunctionalInterface
  private interface Reader {
    void read(ConsumerRecord<byte[], byte[]> record);
  }

  private void request(ConsumerRecord<byte[], byte[]> record) {
    ledger.request(coordinates(record));
    AnswerHeaders.header(record, HeaderNames.REPLY_TOPIC).ifPresent(replyTopics::add);
  }

  private void lateRequest(ConsumerRecord<byte[], byte[]> record) {
    ledger.lateRequest(coordinates(record));
  }

  private void result(ConsumerRecord<byte[], byte[]> record) {
    AnswerHeaders.source(record)
        .ifPresentOrElse(
            source -> ledger.result(source, status(record)),
            () -> ledger.unattributable(coordinates(record)));
  }

  private void deadLetter(ConsumerRecord<byte[], byte[]> record) {
    AnswerHeaders.deadLetterSource(record)
        .ifPresentOrElse(ledger::deadLetter, () -> ledger.unattributable(coordinates(record)));
  }

  private void reply(ConsumerRecord<byte[], byte[]> record) {
    // Reply topics may be shared with other jobs and other request topics.
    AnswerHeaders.source(record)
        .filter(source -> source.topic().equals(topics.requests()))
        .ifPresent(source -> ledger.reply(source, status(record)));
  }

  private static RecordCoordinates coordinates(ConsumerRecord<byte[], byte[]> record) {
    return new RecordCoordinates(record.topic(), record.partition(), record.offset());
  }

  private static RecordCoordinates coordinates(TopicPartition partition, long offset) {
    return new RecordCoordinates(partition.topic(), partition.partition(), offset);
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
    long position = position(ends);
    long lastMove = System.nanoTime();
    while (!isRead(ends)) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end(ends, record)) {
          reader.read(record);
        }
      }
      long next = position(ends);
      if (next != position) {
        position = next;
        lastMove = System.nanoTime();
      } else if (System.nanoTime() - lastMove > STALLED.toNanos()) {
        throw new TimeoutException(
            "the broker has given no more of %s for %d s"
                .formatted(ends.keySet(), STALLED.toSeconds()));
      }
    }
  }

  private static long end(Map<TopicPartition, Long> ends, ConsumerRecord<byte[], byte[]> record) {
    return ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
  }

  /** Positions move past transaction markers too, which are no records. */
  private boolean isRead(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  private long position(Map<TopicPartition, Long> ends) {
    return ends.keySet().stream().mapToLong(consumer::position).sum();
  }

  @Override
  public void close() {
    consumer.close();
  }
}

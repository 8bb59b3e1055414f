package dev.millrace.cli.local;

import dev.millrace.cli.audit.AnswerHeaders;
import dev.millrace.cli.audit.AuditTopics;
import dev.millrace.cli.audit.ConservationLedger;
import dev.millrace.cli.report.RunStatistics;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RequestDecoder;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.ResultStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows requests and answers as they are committed, from the oldest on. The reading is done by a
 * thread of its own; the figures may be asked for by any.
 */
public final class TopicWatcher implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  /** Anybody may write to the result topic of a local stack. */
  private static final Pattern BATCH_SIZE = Pattern.compile("[0-9]{1,6}");

  private final AuditTopics topics;
  private final Consumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final long since;
  private final RequestDecoder decoder = new RequestDecoder(RequestLimits.defaults());
  private final Predictions predictions = new Predictions();

  // Guarded by this object's monitor.
  private final ConservationLedger ledger = new ConservationLedger();
  private final RunStatistics statistics = new RunStatistics();
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  private volatile boolean closed;

  /**
   * Begins to follow.
   *
   * @param since requests that were written earlier, epoch milliseconds, count for conservation but
   *     not for the statistics of the run
   */
  public TopicWatcher(AuditTopics topics, String bootstrapServers, long since) {
    this.topics = topics;
    this.since = since;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "fetch.max.wait.ms",
                10),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(topics.requests(), topics.results(), topics.deadLetters())) {
      for (PartitionInfo partition : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(partition.topic(), partition.partition()));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread = new Thread(this::follow, "topic-watcher");
    thread.setDaemon(true);
    thread.start();
  }

  private void follow() {
    try {
      while (!closed) {
        var records = consumer.poll(POLL);
        long now = System.currentTimeMillis();
        synchronized (this) {
          records.forEach(record -> read(record, now));
          // Positions move past transaction markers too, which are no records.
          consumer
              .assignment()
              .forEach(partition -> positions.put(partition, consumer.position(partition)));
        }
      }
    } catch (WakeupException | InterruptException e) {
      closed = true;
    } finally {
      consumer.close();
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record, long now) {
    if (record.topic().equals(topics.requests())) {
      request(record);
    } else if (record.topic().equals(topics.results())) {
      AnswerHeaders.source(record).ifPresent(source -> result(source, record, now));
    } else {
      AnswerHeaders.deadLetterSource(record).ifPresent(ledger::deadLetter);
    }
  }

  private void request(ConsumerRecord<byte[], byte[]> record) {
    RecordCoordinates coordinates =
        new RecordCoordinates(record.topic(), record.partition(), record.offset());
    ledger.request(coordinates);
    if (record.timestamp() >= since) {
      int label = Samples.label(decoder, record.value()).orElse(RunStatistics.NO_CLASS);
      statistics.asked(coordinates, new RunStatistics.Asked(record.timestamp(), label));
    }
  }

  private void result(RecordCoordinates source, ConsumerRecord<byte[], byte[]> record, long now) {
    String status = AnswerHeaders.header(record, HeaderNames.STATUS).orElse("(none)");
    ledger.result(source, status);
    boolean ok = status.equals(ResultStatus.OK.wireName());
    int predicted = ok ? predictions.predictedClass(record.value()) : RunStatistics.NO_CLASS;
    int batchSize =
        AnswerHeaders.header(record, HeaderNames.BATCH_SIZE)
            .filter(size -> BATCH_SIZE.matcher(size).matches())
            .map(Integer::parseInt)
            .orElse(0);
    statistics.answered(source, new RunStatistics.Answered(now, predicted, batchSize));
  }

  /**
   * Whether all requests before these offsets have been read, and all that were read are answered.
   */
  public synchronized boolean hasAnswersUpTo(Map<TopicPartition, Long> requestEnds) {
    return requestEnds.entrySet().stream()
            .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue())
        && ledger.outstanding() == 0;
  }

  /** How many requests wait for an answer. */
  public synchronized long outstanding() {
    return ledger.outstanding();
  }

  /** How many requests of this run are answered. */
  public synchronized long answered() {
    return statistics.count();
  }

  /** The figures of this run. To be read when nothing is left to be answered. */
  public RunStatistics statistics() {
    return statistics;
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    consumer.wakeup();
    thread.join();
  }
}

package dev.millrace.cli.local;

import dev.millrace.cli.CommandException;
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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

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

  // Used by the reading thread only.
  private final Set<String> replyTopics = new HashSet<>();
  private boolean newReplyTopics;
  private boolean replyTopicsToFind;

  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

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
    follow(List.of(topics.requests(), topics.results(), topics.deadLetters()));
    thread = new Thread(this::readUntilClosed, "topic-watcher");
    thread.setDaemon(true);
    thread.start();
  }

  /** Follows these topics too, from their beginning. */
  private void follow(Collection<String> names) {
    Set<TopicPartition> all = new HashSet<>(consumer.assignment());
    List<TopicPartition> added = new ArrayList<>();
    for (String name : names) {
      for (PartitionInfo partition : consumer.partitionsFor(name)) {
        added.add(new TopicPartition(partition.topic(), partition.partition()));
      }
    }
    all.addAll(added);
    consumer.assign(all);
    consumer.seekToBeginning(added);
  }

  private void readUntilClosed() {
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
        if (replyTopicsToFind && (records.isEmpty() || newReplyTopics)) {
          findReplyTopics();
        }
      }
    } catch (WakeupException | InterruptException e) {
      closed = true;
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      consumer.close();
    }
  }

  /**
   * Requests that name a topic which does not exist are rejected; but it may have been made just
   * before the job looked and just after this did, so what is not found is looked for again.
   */
  private void findReplyTopics() {
    newReplyTopics = false;
    Set<String> wanted = new HashSet<>(replyTopics);
    consumer.assignment().forEach(partition -> wanted.remove(partition.topic()));
    Set<String> found = new HashSet<>(wanted);
    found.retainAll(consumer.listTopics().keySet());
    follow(found);
    replyTopicsToFind = !found.containsAll(wanted);
  }

  private void read(ConsumerRecord<byte[], byte[]> record, long now) {
    if (record.topic().equals(topics.requests())) {
      request(record);
    } else if (record.topic().equals(topics.results())) {
      AnswerHeaders.source(record).ifPresent(source -> result(source, record, now));
    } else if (record.topic().equals(topics.deadLetters())) {
      AnswerHeaders.deadLetterSource(record).ifPresent(ledger::deadLetter);
    } else {
      reply(record);
    }
  }

  /** Reply topics may be shared with other jobs and other request topics. */
  private void reply(ConsumerRecord<byte[], byte[]> record) {
    AnswerHeaders.source(record)
        .filter(source -> source.topic().equals(topics.requests()))
        .ifPresent(source -> ledger.reply(source, status(record)));
  }

  private void request(ConsumerRecord<byte[], byte[]> record) {
    RecordCoordinates coordinates =
        new RecordCoordinates(record.topic(), record.partition(), record.offset());
    ledger.request(coordinates);
    AnswerHeaders.header(record, HeaderNames.REPLY_TOPIC)
        .ifPresent(
            topic -> {
              newReplyTopics |= replyTopics.add(topic);
              replyTopicsToFind |= newReplyTopics;
            });
    if (record.timestamp() >= since) {
      int label = Samples.label(decoder, record.value()).orElse(RunStatistics.NO_CLASS);
      statistics.asked(coordinates, new RunStatistics.Asked(record.timestamp(), label));
    }
  }

  private void result(RecordCoordinates source, ConsumerRecord<byte[], byte[]> record, long now) {
    String status = status(record);
    ledger.result(source, status);
    boolean ok = status.equals(ResultStatus.OK.wireName());
    int predicted = ok ? predictions.predictedClass(record.value()) : RunStatistics.NO_CLASS;
    statistics.answered(source, new RunStatistics.Answered(now, predicted, batchSize(record)));
  }

  private static String status(ConsumerRecord<byte[], byte[]> record) {
    return AnswerHeaders.header(record, HeaderNames.STATUS).orElse("(none)");
  }

  /** Anyone may write to the result topic, so it may be no number. */
  private static int batchSize(ConsumerRecord<byte[], byte[]> record) {
    return AnswerHeaders.header(record, HeaderNames.BATCH_SIZE)
        .filter(size -> BATCH_SIZE.matcher(size).matches())
        .map(Integer::parseInt)
        .orElse(0);
  }

  /**
   * Whether all requests before these offsets have been read, and all that were read are answered.
   *
   * @throws CommandException when topics cannot be read any more
   */
  public synchronized boolean hasAnswersUpTo(Map<TopicPartition, Long> requestEnds)
      throws CommandException {
    RuntimeException failed = failure;
    if (failed != null) {
      throw new CommandException("the topics cannot be followed: " + failed, failed);
    }
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

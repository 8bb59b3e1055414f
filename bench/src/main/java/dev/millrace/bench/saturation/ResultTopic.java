package dev.millrace.bench.saturation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.ResultStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The result topic of a run as a {@code read_committed} consumer sees it.
 *
 * <p>While the system runs, only the ends of the partitions are asked for, which costs next to
 * nothing; answers are read when it is done. A consumer that kept up with the system would take its
 * share of the same cores, the same for each answer of any system, and so would make the slow ones
 * look better than they are.
 */
final class ResultTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Admin admin;
  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  ResultTopic(String bootstrapServers, String topic, int partitions) {
    this.partitions =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList();
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.put("max.poll.records", 10_000);
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(this.partitions);
    consumer.seekToBeginning(this.partitions);
  }

  /** How many records are committed, the markers of transactions included. */
  long committed() throws BenchmarkException, InterruptedException {
    Map<TopicPartition, OffsetSpec> ends =
        partitions.stream()
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    try {
      return admin
          .listOffsets(ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
          .all()
          .get()
          .values()
          .stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    } catch (ExecutionException e) {
      throw new BenchmarkException("the broker does not answer: " + e.getCause(), e);
    }
  }

  /** Reads what is committed and was not read before, until a moment brings nothing. */
  void readInto(AnswerAudit audit) {
    for (var records = consumer.poll(POLL); !records.isEmpty(); records = consumer.poll(POLL)) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        read(record, audit);
      }
    }
  }

  private static void read(ConsumerRecord<byte[], byte[]> record, AnswerAudit audit) {
    Optional<RecordCoordinates> source =
        header(record, HeaderNames.SOURCE).map(RecordCoordinates::parse);
    // A system that scores nothing gives no status either.
    boolean ok =
        header(record, HeaderNames.STATUS)
            .orElse(ResultStatus.OK.wireName())
            .equals(ResultStatus.OK.wireName());
    source.ifPresentOrElse(
        request -> audit.answer(request.partition(), request.offset(), record.timestamp(), ok),
        audit::nameless);
  }

  private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    consumer.close();
    admin.close();
  }
}

package dev.millrace.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The same completions whenever they are sent, half of them greedy, half drawn with a seed; most
 * are streamed. Confined to one thread.
 */
final class Completions implements AutoCloseable {
  private static final String RESULTS = "millrace.results";
  private static final String REPLIES = "millrace.replies";
  private static final Duration POLL = Duration.ofMillis(20);

  private static final List<String> PROMPTS =
      List.of(
          "And Abraham journeyed from thence toward the south",
          "And it came to pass after these things,",
          "And the LORD said unto Moses, Go in",
          "And thou shalt make an altar to burn",
          "And Nadab and Abihu, the sons of Aaron,");

  private final int count;
  private final Consumer<byte[], byte[]> consumer;
  private final List<HeardText> texts;
  private final Map<String, HeardText> byId = new LinkedHashMap<>();

  private Completions(String run, int count, Consumer<byte[], byte[]> consumer) {
    this.count = count;
    this.consumer = consumer;
    this.texts =
        IntStream.range(0, count).mapToObj(number -> new HeardText(id(run, number))).toList();
    for (int number = 0; number < count; number++) {
      byId.put(id(run, number), texts.get(number));
    }
  }

  /**
   * Sends them, and returns when the broker has them.
   *
   * @param run begins the id of each
   */
  static Completions send(String bootstrapServers, String run, int count)
      throws ExecutionException, InterruptedException {
    Consumer<byte[], byte[]> consumer = consumer(bootstrapServers);
    try (Producer<byte[], byte[]> producer = producer(bootstrapServers)) {
      List<Future<RecordMetadata>> sent =
          IntStream.range(0, count).mapToObj(number -> producer.send(record(run, number))).toList();
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
    return new Completions(run, count, consumer);
  }

  private static String id(String run, int number) {
    return run + "-" + number;
  }

  static boolean isStreamed(int number) {
    return number % 3 != 0;
  }

  private static ProducerRecord<byte[], byte[]> record(String run, int number) {
    boolean streamed = isStreamed(number);
    String body =
        """
        {"id": "%s", "model": "scribe", "prompt": "%s %d", "max_tokens": %d, "temperature": %d,
         "seed": %d, "stream": %b}
        """
            .formatted(
                id(run, number),
                PROMPTS.get(number % PROMPTS.size()),
                number,
                120 + number % 80,
                number % 2,
                number,
                streamed);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("millrace.requests", body.getBytes(UTF_8));
    if (streamed) {
      record.headers().add("millrace-reply-topic", REPLIES.getBytes(UTF_8));
    }
    return record;
  }

  private static Producer<byte[], byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Hears what is written from now on. */
  private static Consumer<byte[], byte[]> consumer(String bootstrapServers) {
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Stream.of(RESULTS, REPLIES)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy: without this, what is written before the first poll would be skipped.
    partitions.forEach(consumer::position);
    return consumer;
  }

  /** Takes what has come. */
  void listen() throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      HeardText text = byId.get(HeardText.request(record));
      assertThat(text).as("the text that %s is of", record).isNotNull();
      text.add(record);
    }
  }

  /** Listens until all are answered. */
  void awaitAll(Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!unanswered().isEmpty()) {
      assertThat(System.nanoTime()).as("no answer of %s", unanswered()).isLessThan(deadline);
      listen();
    }
  }

  private List<String> unanswered() {
    return byId.entrySet().stream()
        .filter(text -> !text.getValue().isAnswered())
        .map(Map.Entry::getKey)
        .toList();
  }

  HeardText text(int number) {
    return texts.get(number);
  }

  /** Those that are streamed, and of which more is to come. */
  List<HeardText> running() {
    return streamed().stream().filter(text -> !text.isAnswered()).toList();
  }

  List<HeardText> streamed() {
    return IntStream.range(0, count).filter(Completions::isStreamed).mapToObj(texts::get).toList();
  }

  @Override
  public void close() {
    consumer.close();
  }
}

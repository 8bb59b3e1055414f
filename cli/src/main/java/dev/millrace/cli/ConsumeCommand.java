package dev.millrace.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the records of a topic. */
@Command(
    name = "consume",
    description = {
      "Prints the committed records of the result topic, one a line, as they come.",
      "Ends with 1 when --max is given and fewer came."
    })
final class ConsumeCommand implements Callable<Integer> {
  private static final int BUFFER = 1 << 16;
  private static final Duration POLL = Duration.ofMillis(200);

  private static final Map<String, Object> CONSUMER =
      Map.of("isolation.level", "read_committed", "enable.auto.commit", false);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      defaultValue = "millrace.results",
      description = "Which topic (default: ${DEFAULT-VALUE}).")
  private String topic = "";

  @Option(names = "--from-beginning", description = "Begin at the oldest record, not at the next.")
  private boolean fromBeginning;

  @Option(names = "--max", paramLabel = "N", description = "End after so many records.")
  private @Nullable Long maximum;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description =
          "End when no record came for so long, such as 500ms or 2m (default: ${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ZERO;

  @Option(
      names = "--headers",
      description = {
        "Print each record as a JSON object: partition, offset, timestamp, key, headers, value.",
        "What is not UTF-8 is {\"base64\": ...}."
      })
  private boolean withHeaders;

  @Override
  public Integer call() throws Exception {
    if (maximum != null && maximum < 1) {
      throw new ParameterException(spec.commandLine(), "--max must be at least 1");
    }
    kafka.requireTopics(topic);
    // Values are bytes: the print writers of the command line would need them to be text.
    BufferedOutputStream out = new BufferedOutputStream(System.out, BUFFER);
    long printed = 0;
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      long lastRecord = System.nanoTime();
      while (!isEnough(printed)
          && !System.out.checkError()
          && System.nanoTime() - lastRecord < timeout.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (!isEnough(printed)) {
            print(record, out);
            printed++;
            lastRecord = System.nanoTime();
          }
        }
        out.flush();
      }
    }
    return maximum == null || printed >= maximum ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private boolean isEnough(long printed) {
    return maximum != null && printed >= maximum;
  }

  private void print(ConsumerRecord<byte[], byte[]> record, OutputStream out) throws IOException {
    byte[] line = withHeaders ? RecordDescription.of(record) : record.value();
    if (line != null) {
      out.write(line);
    }
    out.write('\n');
  }

  private Consumer<byte[], byte[]> consumer() {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.clientProperties(CONSUMER),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    if (fromBeginning) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    // Seeking is lazy: without this, what is written before the first poll would be skipped.
    partitions.forEach(consumer::position);
    return consumer;
  }
}

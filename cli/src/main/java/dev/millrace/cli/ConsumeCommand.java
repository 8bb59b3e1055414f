package dev.millrace.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the records of a topic. */
@Command(
    name = "consume",
    description = "Prints the committed records of the result topic, one a line, as they come.")
final class ConsumeCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(200);

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
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "End when no record came for so long (default: ${DEFAULT-VALUE}).")
  private double timeoutSeconds;

  @Option(
      names = "--headers",
      description = "Print each record as a JSON object with its key, headers, place and value.")
  private boolean withHeaders;

  @Override
  public Integer call() throws Exception {
    kafka.requireTopic(topic);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    long printed = 0;
    try (Consumer<byte[], byte[]> consumer = consumer()) {
      long lastRecord = System.nanoTime();
      while (!isEnough(printed) && System.nanoTime() - lastRecord < timeoutSeconds * 1e9) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (!isEnough(printed)) {
            out.write(withHeaders ? describe(record) : value(record));
            out.write('\n');
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

  private static byte[] value(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null ? new byte[0] : record.value();
  }

  private static byte[] describe(ConsumerRecord<byte[], byte[]> record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("partition", record.partition());
      json.writeNumberField("offset", record.offset());
      json.writeNumberField("timestamp", record.timestamp());
      writeBytes(json, "key", record.key());
      json.writeObjectFieldStart("headers");
      for (Header header : record.headers()) {
        writeBytes(json, header.key(), header.value());
      }
      json.writeEndObject();
      writeBytes(json, "value", record.value());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** Text where it is text; else an object that says it is base 64. */
  private static void writeBytes(JsonGenerator json, String name, byte @Nullable [] bytes)
      throws IOException {
    if (bytes == null) {
      json.writeNullField(name);
      return;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      json.writeStringField(name, text);
    } catch (CharacterCodingException e) {
      json.writeObjectFieldStart(name);
      json.writeBinaryField("base64", bytes);
      json.writeEndObject();
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> properties =
        kafka.clientProperties(
            Map.of("isolation.level", "read_committed", "enable.auto.commit", false));
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
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
    return consumer;
  }
}

package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes lines to a topic. */
@Command(
    name = "produce",
    description = "Writes each line of a file, or of standard input, to the request topic.")
final class ProduceCommand implements Callable<Integer> {
  private static final long NANOSECONDS = 1_000_000_000L;
  private static final int SHOWN_FAILURES = 5;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Parameters(paramLabel = "FILE", description = "A file of JSON lines, or - for standard input.")
  private String file = "";

  @Option(
      names = "--topic",
      defaultValue = "millrace.requests",
      description = "Where to (default: ${DEFAULT-VALUE}).")
  private String topic = "";

  @Option(names = "--key", description = "The key of every record; none without it.")
  private @Nullable String key;

  @Option(
      names = "--header",
      paramLabel = "NAME=VALUE",
      description = "A header of every record, such as millrace-priority=1. May be repeated.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "At most so many records a second; as fast as it goes without it.")
  private @Nullable Double rate;

  @Override
  public Integer call() throws Exception {
    kafka.requireTopic(topic);
    Map<Long, String> failures = new ConcurrentSkipListMap<>();
    long sent = 0;
    long line = 0;
    long start = System.nanoTime();
    try (BufferedReader lines = open();
        Producer<byte[], byte[]> producer = producer()) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        line++;
        if (!text.isBlank()) {
          pace(start, sent);
          send(producer, text, line, failures);
          sent++;
        }
      }
      producer.flush();
    }
    failures.entrySet().stream()
        .limit(SHOWN_FAILURES)
        .forEach(
            failure ->
                spec.commandLine()
                    .getErr()
                    .printf("line %d: %s%n", failure.getKey(), failure.getValue()));
    spec.commandLine().getOut().printf("%d records written to %s%n", sent - failures.size(), topic);
    return failures.isEmpty() ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }

  private void send(
      Producer<byte[], byte[]> producer, String text, long line, Map<Long, String> failures) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, key == null ? null : key.getBytes(UTF_8), text.getBytes(UTF_8));
    headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    // The callback hears how it ended.
    Future<RecordMetadata> unused =
        producer.send(
            record,
            (metadata, exception) -> {
              if (exception != null) {
                failures.put(line, String.valueOf(exception.getMessage()));
              }
            });
  }

  /** Waits until it is time for the next record of an even stream. */
  private void pace(long start, long sent) {
    if (rate != null) {
      long due = start + (long) (sent * NANOSECONDS / rate);
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
    }
  }

  private BufferedReader open() throws IOException, CommandException {
    if (file.equals("-")) {
      return new BufferedReader(new InputStreamReader(System.in, UTF_8));
    }
    try {
      return Files.newBufferedReader(Path.of(file), UTF_8);
    } catch (NoSuchFileException e) {
      throw new CommandException("there is no file " + file, e);
    }
  }

  private Producer<byte[], byte[]> producer() {
    Map<String, Object> properties =
        kafka.clientProperties(Map.of("acks", "all", "linger.ms", 5, "max.request.size", 16 << 20));
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}

package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.cli.report.TerminalProgress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes lines to a topic. */
@Command(
    name = "produce",
    description = {
      "Writes each line of a file, or of standard input, to the request topic, byte for byte.",
      "Blank lines are left out."
    })
final class ProduceCommand implements Callable<Integer> {
  private static final long NANOSECONDS = 1_000_000_000L;
  private static final long SHOW_INTERVAL = NANOSECONDS / 5;

  /** A broker that is gone is noticed in seconds, not minutes. */
  private static final Map<String, Object> PRODUCER =
      Map.of(
          "acks", "all",
          "linger.ms", 5,
          "max.request.size", 16 << 20,
          "max.block.ms", 10_000,
          "request.timeout.ms", 10_000,
          "delivery.timeout.ms", 30_000);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Parameters(paramLabel = "FILE", description = "A file of JSON lines, or - for standard input.")
  private String file = "";

  @Option(
      names = "--topic",
      defaultValue = "millrace.requests",
      description = "Where to (default: ${DEFAULT-VALUE}).")
  private String topic = "";

  @ArgGroup private @Nullable KeyOptions keyOptions;

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

  private final SendFailures failures = new SendFailures();
  private final TerminalProgress progress = new TerminalProgress(System.err);
  private long lastShown = System.nanoTime();

  /** Standard input is not this command's to close. */
  private static final class StandardInput extends FilterInputStream {
    StandardInput() {
      super(System.in);
    }

    @Override
    public void close() {}
  }

  /** One or the other. */
  static final class KeyOptions {
    @Option(names = "--key", description = "The key of every record; none without it.")
    private @Nullable String key;

    @Option(
        names = "--key-from-id",
        description = "The key of each record is its \"id\", if it is a JSON object that has one.")
    private boolean fromId;

    RequestKey key() {
      return fromId ? RequestKey.fromId() : RequestKey.fixed(key);
    }
  }

  @Override
  public Integer call() throws Exception {
    if (rate != null && !(rate > 0)) {
      throw new ParameterException(spec.commandLine(), "--rate must be greater than 0");
    }
    long sent;
    try (InputStream input = open()) {
      kafka.requireTopics(topic);
      try (Producer<byte[], byte[]> producer = producer()) {
        sent = send(new LineReader(input), producer);
        producer.flush();
      }
    }
    progress.endLine();
    for (SendFailures.Failure failure : failures.first()) {
      spec.commandLine().getErr().printf("line %d: %s%n", failure.line(), failure.reason());
    }
    long failed = failures.count();
    spec.commandLine().getOut().printf("%d records written to %s%n", sent - failed, topic);
    if (failed > 0) {
      String rest = failures.isHopeless() ? ", and the lines after them were not tried" : "";
      spec.commandLine().getErr().printf("millrace: %d lines not written%s%n", failed, rest);
      return ExitCode.CHECK_FAILED;
    }
    return ExitCode.OK;
  }

  private long send(LineReader lines, Producer<byte[], byte[]> producer) throws IOException {
    RequestKey key = keyOptions == null ? RequestKey.fixed(null) : keyOptions.key();
    long start = System.nanoTime();
    long sent = 0;
    long number = 1;
    for (byte[] line = lines.next();
        line != null && !failures.isHopeless();
        line = lines.next(), number++) {
      if (!LineReader.isBlank(line)) {
        pace(start, sent);
        send(producer, new ProducerRecord<>(topic, key.of(line), line), number);
        sent++;
        show(sent);
      }
    }
    return sent;
  }

  private void send(
      Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record, long line) {
    headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    // The callback hears how it ended.
    Future<RecordMetadata> unused =
        producer.send(
            record,
            (metadata, exception) -> {
              if (exception != null) {
                failures.add(line, exception);
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

  private void show(long sent) {
    long now = System.nanoTime();
    if (now - lastShown > SHOW_INTERVAL) {
      progress.update(sent + " sent");
      lastShown = now;
    }
  }

  private InputStream open() throws IOException, CommandException {
    if (file.equals("-")) {
      return new StandardInput();
    }
    try {
      return Files.newInputStream(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new CommandException("there is no file " + file, e);
    }
  }

  private Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        kafka.clientProperties(PRODUCER), new ByteArraySerializer(), new ByteArraySerializer());
  }
}

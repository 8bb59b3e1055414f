package dev.millrace.bench.generation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.Progress;
import dev.millrace.bench.load.AnswerRecorder;
import dev.millrace.bench.saturation.AnswerAudit;
import dev.millrace.bench.saturation.Drain;
import dev.millrace.bench.systems.BenchContext;
import dev.millrace.bench.systems.Running;
import dev.millrace.bench.systems.Systems;
import dev.millrace.bench.systems.TestBed;
import dev.millrace.bench.systems.Workload;
import dev.millrace.engines.EngineProvider;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.Work;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Texts by the job of this repository, from topic to topic. */
final class ThroughKafka {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration POLL = Duration.ofMillis(100);

  private final TestBed bed;
  private final ModelSpec model;
  private final EngineProvider engines;
  private final Progress progress;

  ThroughKafka(TestBed bed, ModelSpec model, EngineProvider engines, Progress progress) {
    this.bed = bed;
    this.model = model;
    this.engines = engines;
    this.progress = progress;
  }

  /** What a run gave. */
  record Drained(List<Pace.Ended> ended, List<String> violations) {}

  /** Writes all requests, then starts the job, and returns when each has its result. */
  Drained drain(List<TextRequest> requests) throws BenchmarkException, InterruptedException {
    AnswerAudit audit =
        new Drain(bed, workload(requests), progress)
            .of(Systems.millrace(), requests.size(), () -> {});
    List<Pace.Ended> ended = new ArrayList<>(requests.size());
    for (int index = 0; index < requests.size(); index++) {
      long millis = audit.answeredAt(index % TestBed.PARTITIONS, index / TestBed.PARTITIONS);
      ended.add(
          new Pace.Ended(TimeUnit.MILLISECONDS.toNanos(millis), requests.get(index).tokens()));
    }
    return new Drained(ended, audit.violations());
  }

  /**
   * Streams one text after the other, with a pause between, on a job that does nothing else.
   *
   * @param unmeasured how many of the first only warm up
   * @return nanoseconds from before the record is sent until its first piece is read
   */
  List<Long> firstPieces(List<TextRequest> requests, int unmeasured)
      throws BenchmarkException, InterruptedException {
    BenchContext context = bed.newRun("first-token", workload(requests), Map.of());
    List<Long> times = new ArrayList<>();
    try (Running running = Systems.millrace().start(context);
        Client client = new Client(context)) {
      for (int index = 0; index < requests.size(); index++) {
        long nanos = client.firstPiece(requests.get(index).value(model.version().name(), true));
        if (index >= unmeasured) {
          times.add(nanos);
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      }
      running.requireRunning();
    }
    bed.discard(context);
    return times;
  }

  private Workload workload(List<TextRequest> requests) {
    return new Workload(
        model,
        engines,
        Encoding.JSON,
        requests.stream().<Work>map(TextRequest::work).toList(),
        requests.stream().map(request -> request.value(model.version().name(), false)).toList());
  }

  /** A client of stock Kafka that asks for one text at a time. */
  private static final class Client implements AutoCloseable {
    private final BenchContext context;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<byte[], byte[]> consumer;

    private Client(BenchContext context) {
      this.context = context;
      this.producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", context.bootstrapServers(), "linger.ms", 0),
              new ByteArraySerializer(),
              new ByteArraySerializer());
      this.consumer =
          AnswerRecorder.connect(context.bootstrapServers(), List.of(context.topics().replies()));
    }

    private long firstPiece(byte[] value) throws BenchmarkException, InterruptedException {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(context.topics().requests(), value);
      record
          .headers()
          .add(
              HeaderNames.REPLY_TOPIC, context.topics().replies().getBytes(StandardCharsets.UTF_8));
      long begin = System.nanoTime();
      try {
        producer.send(record).get();
      } catch (ExecutionException e) {
        throw new BenchmarkException("a request cannot be written: " + e.getCause(), e);
      }
      long first = 0;
      while (System.nanoTime() - begin < PATIENCE.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> reply : consumer.poll(POLL)) {
          first = first == 0 ? System.nanoTime() - begin : first;
          Header status = reply.headers().lastHeader(HeaderNames.STATUS);
          if (status != null) {
            return checked(first, reply, status);
          }
        }
      }
      throw new BenchmarkException("no text came within " + PATIENCE);
    }

    private static long checked(long first, ConsumerRecord<byte[], byte[]> reply, Header status)
        throws BenchmarkException {
      if (!new String(status.value(), StandardCharsets.UTF_8).equals("ok")) {
        throw new BenchmarkException(
            "a text was refused: " + new String(reply.value(), StandardCharsets.UTF_8));
      }
      return first;
    }

    @Override
    public void close() {
      producer.close();
      consumer.close();
    }
  }
}

package dev.millrace.bench.saturation;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.bench.systems.BenchContext;
import dev.millrace.bench.systems.Workload;
import dev.millrace.protocol.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Fills a request topic before anybody reads it. */
final class Preload {
  private static final Map<String, Object> PRODUCER =
      Map.of("acks", "all", "linger.ms", 20, "batch.size", 256 << 10, "buffer.memory", 64L << 20);

  /** Says which of the constructors of a record is meant. */
  private static final byte @Nullable [] NO_KEY = null;

  private Preload() {}

  /**
   * Writes so many requests without keys, evenly over the partitions.
   *
   * @return how many are on each partition
   * @throws BenchmarkException when one cannot be written
   */
  static int[] write(BenchContext context, int count) throws BenchmarkException {
    Map<String, Object> properties = new HashMap<>(PRODUCER);
    properties.put("bootstrap.servers", context.bootstrapServers());
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      String topic = context.topics().requests();
      int[] written = new int[producer.partitionsFor(topic).size()];
      Workload workload = context.workload();
      List<Header> headers =
          List.of(
              new RecordHeader(
                  HeaderNames.CONTENT_TYPE,
                  workload.encoding().contentType().getBytes(StandardCharsets.UTF_8)));
      for (int index = 0; index < count && failure.get() == null; index++) {
        int partition = index % written.length;
        // The callback hears how it ended.
        Future<RecordMetadata> unused =
            producer.send(
                new ProducerRecord<>(topic, partition, NO_KEY, workload.value(index), headers),
                (metadata, exception) -> {
                  if (exception != null) {
                    failure.compareAndSet(null, exception);
                  }
                });
        written[partition]++;
      }
      producer.flush();
      Exception failed = failure.get();
      if (failed != null) {
        throw new BenchmarkException("requests cannot be written: " + failed.getMessage(), failed);
      }
      return written;
    }
  }
}

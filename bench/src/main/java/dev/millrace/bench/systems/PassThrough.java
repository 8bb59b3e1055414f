package dev.millrace.bench.systems;

import dev.millrace.bench.BenchmarkException;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.SourceRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.MathUtils;
import org.jspecify.annotations.Nullable;

/**
 * Kafka to Flink to Kafka: each record comes back with the value, the key and the headers it had,
 * and {@code millrace-source} added. Nothing is decoded, scored or kept.
 *
 * <p>The bound of what any job between the same source and sink can do. With a {@code keyBy} in
 * between, that of any job which keeps something by key.
 */
final class PassThrough implements SystemUnderTest {
  private final boolean keyed;

  /**
   * @param keyed whether records cross the network between the tasks of source and sink
   */
  PassThrough(boolean keyed) {
    this.keyed = keyed;
  }

  @Override
  public String name() {
    return keyed ? "pass-through-keyed" : "pass-through";
  }

  @Override
  public String setting() {
    return "";
  }

  @Override
  public Running start(BenchContext context) throws BenchmarkException, InterruptedException {
    Wiring wiring = new Wiring(context);
    StreamExecutionEnvironment environment = wiring.environment();
    DataStream<SourceRecord> records = wiring.records(environment);
    if (keyed) {
      int keys = environment.getMaxParallelism();
      records = records.keyBy(record -> spread(record, keys), Types.INT);
    }
    wiring.answer(
        records
            .map(record -> echo(record, System.currentTimeMillis()))
            .returns(TypeInformation.of(OutboundRecord.class))
            .name("echo")
            .uid("echo"));
    return context.flink().run(environment, name());
  }

  /** Evenly over as many keys as Millrace has lanes. */
  private static int spread(SourceRecord record, int keys) {
    return MathUtils.murmurHash(record.coordinates().hashCode()) % keys;
  }

  /** The answer that says again what was asked. */
  static OutboundRecord echo(SourceRecord record, long now) {
    byte[] value = record.value();
    List<RecordHeader> headers = new ArrayList<>(record.headers());
    headers.add(
        new RecordHeader(
            HeaderNames.SOURCE, record.coordinates().toString().getBytes(StandardCharsets.UTF_8)));
    return new OutboundRecord(
        replyTopic(record.headers()),
        null,
        now,
        record.key(),
        value == null ? new byte[0] : value,
        headers);
  }

  private static @Nullable String replyTopic(List<RecordHeader> headers) {
    for (RecordHeader header : headers) {
      byte[] value = header.value();
      if (value != null && header.name().equals(HeaderNames.REPLY_TOPIC)) {
        return new String(value, StandardCharsets.UTF_8);
      }
    }
    return null;
  }
}

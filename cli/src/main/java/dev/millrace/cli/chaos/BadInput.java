package dev.millrace.cli.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Records that are no request that can be scored, of every kind that the job tells apart. */
final class BadInput {
  private static final byte @Nullable [] NONE = null;
  private static final int DEPTH = 10_000;

  private BadInput() {}

  static List<ProducerRecord<byte[], byte[]>> records(String topic) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String value :
        List.of(
            "",
            "not JSON",
            "{",
            "[]",
            "{}",
            "null",
            "{\"model_name\": \"digits\"}",
            "{\"model_name\": \"nobody\", \"inputs\": []}",
            "{\"model_name\": \"digits\", \"inputs\": [{\"name\": \"image\", \"datatype\": \"FP32\","
                + " \"shape\": [1, 1, 8, 8], \"data\": [1]}]}",
            "{\"model_name\": \"digits\", \"inputs\": [{\"name\": \"image\", \"datatype\": \"FP33\","
                + " \"shape\": [1], \"data\": [1]}]}",
            "{\"model_name\": \"digits\", \"inputs\": [{\"name\": \"image\", \"datatype\": \"FP32\","
                + " \"shape\": [-1], \"data\": []}]}",
            "{\"model_name\": \"digits\", \"model_version\": \"99\", \"inputs\": []}",
            "{\"a\":".repeat(DEPTH),
            "{\"prompt\": \"a completion for a model that has none\", \"model\": \"digits\"}")) {
      records.add(new ProducerRecord<>(topic, value.getBytes(UTF_8)));
    }
    records.add(new ProducerRecord<>(topic, NONE));
    records.add(new ProducerRecord<>(topic, new byte[] {(byte) 0xff, 0, (byte) 0xfe, 7}));
    ProducerRecord<byte[], byte[]> protobuf =
        new ProducerRecord<>(topic, "no protobuf".getBytes(UTF_8));
    protobuf
        .headers()
        .add(HeaderNames.CONTENT_TYPE, "application/x-protobuf".getBytes(UTF_8))
        .add(HeaderNames.PRIORITY, "soon".getBytes(UTF_8))
        .add(HeaderNames.DEADLINE, new byte[] {(byte) 0xc3});
    records.add(protobuf);
    ProducerRecord<byte[], byte[]> unknown =
        new ProducerRecord<>(topic, "<request/>".getBytes(UTF_8));
    unknown.headers().add(HeaderNames.CONTENT_TYPE, "application/xml".getBytes(UTF_8));
    records.add(unknown);
    return records;
  }
}

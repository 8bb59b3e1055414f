package dev.millrace.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.RecordCoordinates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data never kills the job: thousands of mutated records, one answer each, and not one restart. */
class FuzzIT {
  private static final int RECORDS = 2_000;
  private static final long SEED = 20_261_124;
  private static final List<String> HEADERS =
      List.of(
          "millrace-priority",
          "millrace-deadline",
          "millrace-tenant",
          "millrace-reply-topic",
          "millrace-reply-partition",
          "traceparent",
          "tracestate",
          "content-type",
          "ce_id");

  @TempDir Path directory;

  @Test
  void everyMutatedRecordEndsAsExactlyOneResultOrDeadLetter() throws Exception {
    Random random = new Random(SEED);
    List<String> samples = Digits.samples();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int number = 0; number < RECORDS; number++) {
      records.add(mutated(samples.get(number % samples.size()), random));
    }
    try (RunningJob job = RunningJob.withoutRestarts(directory)) {
      List<RecordCoordinates> sent = job.sendAll(records);

      Answers answers = job.awaitAllAnswers(sent);

      answers.assertExactlyOneFor(sent);
      assertThat(answers.count("ok")).isPositive();
      assertThat(answers.count("rejected")).isPositive();
      assertThat(answers.count("dead letter")).isPositive();
    }
  }

  private static ProducerRecord<byte[], byte[]> mutated(String sample, Random random) {
    byte[] value = sample.getBytes(UTF_8);
    switch (random.nextInt(6)) {
      case 0 -> value = Arrays.copyOf(value, random.nextInt(value.length));
      case 1 -> random.nextBytes(value);
      case 2 -> value = sample.replace("FP32", "INT" + random.nextInt(99)).getBytes(UTF_8);
      case 3 -> value = sample.replaceFirst("\\d+,", random.nextLong() + ",").getBytes(UTF_8);
      case 4 -> {
        for (int changes = random.nextInt(5); changes >= 0; changes--) {
          value[random.nextInt(value.length)] = (byte) random.nextInt(256);
        }
      }
      default -> {
        // As it is, with headers that may be nonsense.
      }
    }
    byte[] key = random.nextBoolean() ? null : bytes(random, random.nextInt(40));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("millrace.requests", key, random.nextInt(50) == 0 ? null : value);
    for (int headers = random.nextInt(3); headers > 0; headers--) {
      byte[] noise = bytes(random, random.nextInt(30));
      record.headers().add(HEADERS.get(random.nextInt(HEADERS.size())), noise);
    }
    return record;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}

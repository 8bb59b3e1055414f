package dev.millrace.connectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.protocol.DeadLetter;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.SourceRecord;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterWriterTest {
  private static final long NOW = 1_790_000_000_000L;
  private static final int LIMIT = 10_000;
  private static final RecordCoordinates COORDINATES = new RecordCoordinates("requests", 2, 17);

  private final DeadLetterWriter writer = new DeadLetterWriter(LIMIT);

  @Test
  void keepsTheRecordAsItWas() {
    byte[] key = {0, -1};
    byte[] value = "{\"broken".getBytes(UTF_8);
    SourceRecord record =
        new SourceRecord(
            COORDINATES, NOW - 5, key, value, List.of(new RecordHeader("mine", new byte[] {9})));

    ProducerRecord<byte[], byte[]> sent = write(record);

    assertThat(sent.topic()).isEqualTo("dead");
    assertThat(sent.key()).isEqualTo(key);
    assertThat(sent.value()).isEqualTo(value);
    assertThat(sent.timestamp()).isEqualTo(NOW - 5);
    assertThat(sent.headers().lastHeader("mine").value()).isEqualTo(new byte[] {9});
    assertThat(sent.headers()).hasSize(7);
  }

  @Test
  void saysWhereTheRecordStoodAndWhatWasWrong() {
    ProducerRecord<byte[], byte[]> sent = write(record(new byte[0], new byte[0], List.of()));

    assertThat(header(sent, "__connect.errors.topic")).isEqualTo("requests");
    assertThat(header(sent, "__connect.errors.partition")).isEqualTo("2");
    assertThat(header(sent, "__connect.errors.offset")).isEqualTo("17");
    assertThat(header(sent, "__connect.errors.stage")).isEqualTo("decode");
    assertThat(header(sent, "__connect.errors.exception.class.name")).isEqualTo("a.Problem");
    assertThat(header(sent, "__connect.errors.exception.message")).isEqualTo("not a request");
  }

  @Test
  void keepsATombstoneATombstone() {
    ProducerRecord<byte[], byte[]> sent = write(record(null, null, List.of()));

    assertThat(sent.key()).isNull();
    assertThat(sent.value()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, NOW + 1, Long.MAX_VALUE})
  void writesNowForATimeThatKafkaWouldRefuseAndSaysWhatItWas(long timestamp) {
    ProducerRecord<byte[], byte[]> sent =
        write(new SourceRecord(COORDINATES, timestamp, null, null, List.of()));

    assertThat(sent.timestamp()).isEqualTo(NOW);
    assertThat(header(sent, "millrace-original-timestamp")).isEqualTo(Long.toString(timestamp));
  }

  @Test
  void cutsABodyThatIsTooLargeAndSaysWhatItWas() throws Exception {
    byte[] value = bytes(new Random(1), 3 * LIMIT);
    List<RecordHeader> headers = List.of(new RecordHeader("mine", new byte[100]));

    ProducerRecord<byte[], byte[]> sent = write(record(new byte[500], value, headers));

    assertThat(sent.key()).hasSize(500);
    assertThat(header(sent, "mine")).isNotNull();
    assertThat(sent.value().length).isBetween(LIMIT / 2, LIMIT);
    assertThat(sent.value()).isEqualTo(Arrays.copyOf(value, sent.value().length));
    assertThat(header(sent, "millrace-original-length")).isEqualTo("30000");
    assertThat(header(sent, "millrace-original-sha256"))
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value)));
  }

  @Test
  void dropsHeadersThatLeaveNoRoomAndSaysHowMany() {
    List<RecordHeader> headers =
        List.of(new RecordHeader("large", new byte[LIMIT]), new RecordHeader("small", null));

    ProducerRecord<byte[], byte[]> sent = write(record(new byte[5], new byte[6], headers));

    assertThat(sent.key()).hasSize(5);
    assertThat(sent.value()).hasSize(6);
    assertThat(sent.headers().lastHeader("small")).isNull();
    assertThat(header(sent, "millrace-headers-dropped")).isEqualTo("2");
    assertThat(sent.headers().lastHeader("millrace-original-length")).isNull();
  }

  @Test
  void cutsAKeyThatLeavesNoRoomAndSaysHowLongItWas() {
    ProducerRecord<byte[], byte[]> sent = write(record(new byte[LIMIT], new byte[6], List.of()));

    assertThat(sent.key().length).isBetween(LIMIT / 2, LIMIT);
    assertThat(header(sent, "millrace-key-length")).isEqualTo("10000");
    assertThat(header(sent, "millrace-original-length")).isEqualTo("6");
    assertThat(sent.headers().lastHeader("millrace-headers-dropped")).isNull();
  }

  @Test
  void endsALongMessageBetweenTwoCharacters() {
    DeadLetter letter =
        new DeadLetter(record(null, null, List.of()), "decode", "a.Problem", "x" + "€".repeat(999));

    String message =
        header(writer.write("dead", letter, NOW), "__connect.errors.exception.message");

    assertThat(message).isEqualTo("x" + "€".repeat(341));
  }

  @Test
  void isNeverLargerThanTheLimitWhateverTheRecord() {
    Random random = new Random(20_260_731);
    for (int i = 0; i < 5_000; i++) {
      int limit =
          DeadLetterWriter.SMALLEST_MAXIMUM_BYTES + random.nextInt(4) * random.nextInt(3_000);
      DeadLetter letter = letter(random);

      ProducerRecord<byte[], byte[]> sent = new DeadLetterWriter(limit).write("dead", letter, NOW);

      assertThat(kafkaSize(sent)).as("letter %d", i).isLessThanOrEqualTo(limit);
      assertThat(sent.value() == null).isEqualTo(letter.record().value() == null);
    }
  }

  @Test
  void refusesALimitThatLeavesNoRoomForTheReason() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeadLetterWriter(DeadLetterWriter.SMALLEST_MAXIMUM_BYTES - 1))
        .withMessageContaining("4096");
  }

  private ProducerRecord<byte[], byte[]> write(SourceRecord record) {
    return writer.write(
        "dead", new DeadLetter(record, "decode", "a.Problem", "not a request"), NOW);
  }

  private static SourceRecord record(
      byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
    return new SourceRecord(COORDINATES, NOW, key, value, headers);
  }

  private static DeadLetter letter(Random random) {
    List<RecordHeader> headers = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      headers.add(new RecordHeader("é".repeat(size(random) / 20), maybeBytes(random)));
    }
    RecordCoordinates anywhere =
        new RecordCoordinates(
            "t".repeat(1 + random.nextInt(249)), random.nextInt(), random.nextLong());
    return new DeadLetter(
        new SourceRecord(
            anywhere, random.nextLong(), maybeBytes(random), maybeBytes(random), headers),
        "s".repeat(size(random)),
        "C".repeat(size(random)),
        "\uD83D\uDE80".repeat(size(random)));
  }

  private static byte @Nullable [] maybeBytes(Random random) {
    return random.nextInt(5) == 0 ? null : bytes(random, size(random));
  }

  /** Mostly small, at times larger than any limit here. */
  private static int size(Random random) {
    return random.nextInt(1 << random.nextInt(1, 16));
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** What the producer compares with {@code max.request.size}. */
  private static int kafkaSize(ProducerRecord<byte[], byte[]> sent) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.NONE,
        sent.key(),
        sent.value(),
        sent.headers().toArray());
  }

  private static String header(ProducerRecord<byte[], byte[]> sent, String name) {
    Header header = sent.headers().lastHeader(name);
    assertThat(header).as(name).isNotNull();
    return new String(header.value(), UTF_8);
  }
}

package dev.millrace.operators.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.protocol.CompletionRequest.Sampling;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.Usage;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestSerializersTest {
  private static final RecursiveComparisonConfiguration BY_CONTENT =
      new RecursiveComparisonConfiguration();

  @Test
  void aQueuedRequestComesBackAsItWas() throws Exception {
    for (long seed = 0; seed < 500; seed++) {
      QueuedRequest request = queued(new Random(seed));

      assertThat(roundTrip(new QueuedRequestSerializer(), request))
          .as("seed %d", seed)
          .usingRecursiveComparison(BY_CONTENT)
          .isEqualTo(request);
    }
  }

  @Test
  void anAdmissionComesBackAsItWas() throws Exception {
    for (long seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Admission admission =
          switch (random.nextInt(3)) {
            case 0 -> new Admission.Accepted(queued(random));
            case 1 -> refused(random);
            default -> new Admission.Cancel(envelope(random), text(random));
          };

      assertThat(roundTrip(new AdmissionSerializer(), admission))
          .as("seed %d", seed)
          .usingRecursiveComparison(BY_CONTENT)
          .isEqualTo(admission);
    }
  }

  @Test
  void generatedTokensComeBackAsTheyWere() throws Exception {
    for (long seed = 0; seed < 500; seed++) {
      GeneratedTokens tokens = generated(new Random(seed));

      assertThat(roundTrip(new GeneratedTokensSerializer(), tokens))
          .as("seed %d", seed)
          .isEqualTo(tokens);
    }
  }

  @Test
  void copiesBetweenStreamsWithoutLoss() throws Exception {
    QueuedRequestSerializer serializer = new QueuedRequestSerializer();
    byte[] bytes = bytes(serializer, queued(new Random(1)));
    DataOutputSerializer copy = new DataOutputSerializer(64);

    serializer.copy(new DataInputDeserializer(bytes), copy);

    assertThat(copy.getCopyOfBuffer()).isEqualTo(bytes);
  }

  @Test
  void aLayoutOfALaterReleaseIsRefusedWithWhatToDo() throws Exception {
    QueuedRequestSerializer serializer = new QueuedRequestSerializer();
    byte[] bytes = bytes(serializer, queued(new Random(1)));
    bytes[0] = 99;

    assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("layout 99")
        .hasMessageContaining("restore it with the release that wrote it");
  }

  @Test
  void aSavepointKnowsTheSerializersByTheirSnapshots() throws Exception {
    for (TypeSerializer<?> serializer :
        List.of(
            new QueuedRequestSerializer(),
            new AdmissionSerializer(),
            new GeneratedTokensSerializer())) {
      DataOutputSerializer out = new DataOutputSerializer(64);
      TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
      TypeSerializerSnapshot<?> restored =
          TypeSerializerSnapshot.readVersionedSnapshot(
              new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());

      assertThat(restored.restoreSerializer()).isEqualTo(serializer);
    }
  }

  private static <T> T roundTrip(TypeSerializer<T> serializer, T value) throws IOException {
    return serializer.deserialize(new DataInputDeserializer(bytes(serializer, value)));
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  private static Admission refused(Random random) {
    ResultStatus[] statuses = {ResultStatus.REJECTED, ResultStatus.EXPIRED, ResultStatus.FAILED};
    ErrorCode[] codes = ErrorCode.values();
    return new Admission.Refused(
        envelope(random),
        switch (random.nextInt(3)) {
          case 0 -> null;
          case 1 -> new ModelReference(text(random), null);
          default -> new ModelReference(text(random), text(random));
        },
        new ErrorResult(
            text(random),
            statuses[random.nextInt(statuses.length)],
            codes[random.nextInt(codes.length)],
            text(random),
            random.nextBoolean() ? null : text(random),
            random.nextBoolean() ? null : new Usage(random.nextInt(99), random.nextInt(99))));
  }

  private static QueuedRequest queued(Random random) {
    return new QueuedRequest(
        envelope(random),
        new ModelVersion(text(random), 1 + random.nextInt(1_000)),
        1 + random.nextInt(10),
        1 + random.nextInt(10),
        random.nextInt(1_000),
        random.nextBoolean() ? scoring(random) : generation(random),
        IntStream.range(0, random.nextInt(3)).mapToObj(index -> text(random)).toList());
  }

  private static Work scoring(Random random) {
    return new Work.Scoring(
        IntStream.range(0, random.nextInt(4)).mapToObj(index -> tensor(random)).toList());
  }

  private static Work generation(Random random) {
    return new Work.Generation(
        IntStream.range(0, 1 + random.nextInt(3))
            .mapToObj(index -> Tokens.of(random.ints(random.nextInt(50)).toArray()))
            .toList(),
        new Sampling(
            random.nextInt(1_000),
            random.nextDouble(),
            random.nextDouble(),
            random.nextInt(100),
            1 + random.nextInt(4),
            1 + random.nextInt(4),
            random.nextBoolean(),
            random.nextBoolean() ? null : (Long) random.nextLong(),
            random.nextBoolean() ? null : (Integer) random.nextInt(6),
            random.nextDouble(),
            random.nextDouble(),
            IntStream.range(0, random.nextInt(5))
                .boxed()
                .collect(Collectors.toMap(token -> token, token -> random.nextDouble())),
            IntStream.range(0, random.nextInt(5)).mapToObj(index -> text(random)).toList()),
        random.nextLong(),
        random.nextBoolean());
  }

  private static GeneratedTokens generated(Random random) {
    return new GeneratedTokens(
        IntStream.range(0, random.nextInt(4))
            .mapToObj(
                sequence ->
                    IntStream.range(0, random.nextInt(60))
                        .mapToObj(position -> token(random))
                        .toList())
            .toList());
  }

  private static GeneratedToken token(Random random) {
    return random.nextBoolean()
        ? new GeneratedToken(random.nextInt())
        : new GeneratedToken(
            random.nextInt(),
            random.nextFloat(),
            IntStream.range(0, random.nextInt(6))
                .mapToObj(
                    index -> new GeneratedToken.Alternative(random.nextInt(), random.nextFloat()))
                .toList());
  }

  private static Envelope envelope(Random random) {
    return new Envelope(
        text(random),
        new RecordCoordinates(text(random), random.nextInt(100), random.nextLong()),
        random.nextBoolean() ? null : bytes(random, 20),
        random.nextLong(),
        random.nextInt(10),
        random.nextLong(),
        text(random),
        IntStream.range(0, random.nextInt(3))
            .mapToObj(
                index ->
                    new RecordHeader(text(random), random.nextBoolean() ? null : bytes(random, 60)))
            .toList(),
        reply(random),
        random.nextBoolean() ? Encoding.JSON : Encoding.PROTOBUF,
        random.nextBoolean());
  }

  private static @Nullable ReplyAddress reply(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> null;
      case 1 -> new ReplyAddress(text(random), null);
      default -> new ReplyAddress(text(random), random.nextInt(9));
    };
  }

  private static Tensor tensor(Random random) {
    int columns = random.nextInt(50);
    return random.nextBoolean()
        ? new Tensor(
            text(random), Datatype.FP32, new long[] {1, columns}, bytes(random, 4 * columns))
        : new Tensor(text(random), Datatype.BYTES, new long[] {0}, new byte[0]);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Never empty, and not only ASCII. */
  private static String text(Random random) {
    int[] points = random.ints(1 + random.nextInt(40), 0x20, 0x3000).toArray();
    return new String(points, 0, points.length);
  }
}

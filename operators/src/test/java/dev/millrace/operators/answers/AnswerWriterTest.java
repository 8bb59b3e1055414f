package dev.millrace.operators.answers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultDecoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerWriterTest {
  private static final int LIMIT = 10_000;
  private static final long NOW = 1_790_000_000_000L;
  private static final byte[] KEY = {7, 0, -1};

  private final AnswerWriter writer = new AnswerWriter(LIMIT);

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void writesAResultAsItsRequestWasWritten(Encoding encoding) throws Exception {
    Result result = result(4);

    OutboundRecord record =
        writer.write(envelope(KEY, encoding, null), result, handled(3), NOW).record();

    assertThat(new ResultDecoder().decode(record.value(), encoding, ResultStatus.OK))
        .isEqualTo(result);
    assertThat(header(record, HeaderNames.CONTENT_TYPE)).isEqualTo(encoding.contentType());
  }

  @Test
  void carriesTheKeyTheTraceAndTheCoordinatesOfTheRequest() {
    OutboundRecord record =
        writer.write(envelope(KEY, Encoding.JSON, null), result(1), handled(3), NOW).record();

    assertThat(record.key()).isEqualTo(KEY);
    assertThat(record.timestamp()).isEqualTo(NOW);
    assertThat(header(record, HeaderNames.STATUS)).isEqualTo("ok");
    assertThat(header(record, HeaderNames.REQUEST_ID)).isEqualTo("id-1");
    assertThat(header(record, HeaderNames.TENANT)).isEqualTo("acme");
    assertThat(header(record, HeaderNames.SOURCE)).isEqualTo("requests/2/17");
    assertThat(header(record, HeaderNames.BATCH_SIZE)).isEqualTo("3");
    assertThat(header(record, HeaderNames.TRACE_PARENT)).isEqualTo("00-trace");
  }

  @Test
  void addressesAReplyToItsTopicAndPartition() {
    ReplyAddress reply = new ReplyAddress("millrace.replies.a", 5);

    OutboundRecord record =
        writer.write(envelope(KEY, Encoding.JSON, reply), result(1), handled(1), NOW).record();

    assertThat(record.topic()).isEqualTo("millrace.replies.a");
    assertThat(record.partition()).isEqualTo(5);
  }

  @Test
  void aResultThatIsTooLargeBecomesAFailureWithBothSizes() throws Exception {
    Answer answer =
        writer.write(envelope(KEY, Encoding.JSON, null), result(LIMIT), handled(1), NOW);

    assertThat(answer.status()).isEqualTo(ResultStatus.FAILED);
    assertThat(answer.record().maximumSerializedSize()).isLessThanOrEqualTo(LIMIT);
    ErrorResult error =
        (ErrorResult)
            new ResultDecoder().decode(answer.record().value(), Encoding.JSON, ResultStatus.FAILED);
    assertThat(error.code()).isEqualTo(ErrorCode.RESULT_TOO_LARGE);
    assertThat(error.message()).contains("result too large", "10000");
    assertThat(answer.record().key()).isEqualTo(KEY);
  }

  @Test
  void anAnswerFitsWhateverTheSizeOfItsKey() {
    byte[] hugeKey = new byte[2 * LIMIT];

    Answer answer =
        writer.write(envelope(hugeKey, Encoding.JSON, null), result(1), handled(1), NOW);

    assertThat(answer.status()).isEqualTo(ResultStatus.FAILED);
    assertThat(answer.record().maximumSerializedSize()).isLessThanOrEqualTo(LIMIT);
    assertThat(answer.record().key()).isNull();
    assertThat(header(answer.record(), HeaderNames.SOURCE)).isEqualTo("requests/2/17");
  }

  @Test
  void refusesALimitThatLeavesNoRoomForAnError() {
    assertThatThrownBy(() -> new AnswerWriter(100)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Result result(int elements) {
    Tensor output = new Tensor("y", Datatype.INT8, new long[] {elements}, new byte[elements]);
    return new TensorResult("id-1", new ModelVersion("m", 1), Map.of(), List.of(output));
  }

  private static Envelope envelope(byte[] key, Encoding encoding, @Nullable ReplyAddress reply) {
    return new Envelope(
        "id-1",
        new RecordCoordinates("requests", 2, 17),
        key,
        NOW,
        0,
        Envelope.NO_DEADLINE,
        "acme",
        List.of(new RecordHeader(HeaderNames.TRACE_PARENT, "00-trace".getBytes(UTF_8))),
        reply,
        encoding);
  }

  private static String header(OutboundRecord record, String name) {
    return record.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(header -> new String(header.value(), UTF_8))
        .findAny()
        .orElseThrow();
  }

  @Test
  void tellsHowLongTheRequestWaitedAndThatItsAnswerWasShared() {
    OutboundRecord scored =
        writer
            .write(envelope(KEY, Encoding.JSON, null), result(1), Handling.scored(4, 17, NOW), NOW)
            .record();
    OutboundRecord shared =
        writer
            .write(envelope(KEY, Encoding.JSON, null), result(1), Handling.ofCache(0), NOW)
            .record();
    OutboundRecord atOnce =
        writer.write(envelope(KEY, Encoding.JSON, null), result(1), Handling.AT_ONCE, NOW).record();

    assertThat(names(scored)).contains("millrace-queued-ms").doesNotContain("millrace-cache");
    assertThat(names(shared)).contains("millrace-queued-ms", "millrace-cache");
    assertThat(names(atOnce)).doesNotContain("millrace-queued-ms", "millrace-cache");
  }

  private static List<String> names(OutboundRecord record) {
    return record.headers().stream().map(RecordHeader::name).toList();
  }

  private static Handling handled(int batchSize) {
    return Handling.scored(batchSize, 5, NOW);
  }
}

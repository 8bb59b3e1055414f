package dev.millrace.operators.answers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultEncoder;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskRecord.Times;
import dev.millrace.protocol.TaskStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.TensorResult;
import dev.millrace.protocol.json.TaskRecordReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskWriterTest {
  private static final int LIMIT = 16 << 10;
  private static final long NOW = 1_790_000_000_000L;
  private static final ModelReference MODEL = new ModelReference("m", "2");

  private final AnswerWriter answers = new AnswerWriter(LIMIT);
  private final TaskWriter tasks = new TaskWriter(LIMIT);

  @Test
  void theRecordIsAddressedByTenantAndIdAndCarriesTheTrace() {
    OutboundRecord record = ended(Encoding.JSON, result(1));

    assertThat(record.topic()).isNull();
    assertThat(record.timestamp()).isEqualTo(NOW);
    assertThat(record.key()).isEqualTo("[\"acme\",\"id-1\"]".getBytes(UTF_8));
    assertThat(record.headers())
        .containsExactly(
            new RecordHeader("millrace-tenant", "acme".getBytes(UTF_8)),
            new RecordHeader("millrace-request-id", "id-1".getBytes(UTF_8)),
            new RecordHeader("traceparent", "00-trace".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void theResultIsInJsonHoweverTheAnswerIsWritten(Encoding encoding) throws Exception {
    TaskRecord task = read(ended(encoding, result(3)));

    assertThat(task.result())
        .isEqualTo(new String(new ResultEncoder().encode(result(3), Encoding.JSON), UTF_8));
    assertThat(task.status()).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(task.times()).isEqualTo(new Times(7, NOW - 5, NOW));
    assertThat(task.batchSize()).isEqualTo(4);
  }

  /** In protobuf 8 bytes an element, in JSON 20. */
  @Test
  void aResultThatIsTooLargeHereIsLeftOnTheResultTopic() throws Exception {
    Answer answer = answer(Encoding.PROTOBUF, result(1_500));
    assertThat(answer.status()).isEqualTo(ResultStatus.OK);

    OutboundRecord record = tasks.ended(envelope(Encoding.PROTOBUF), MODEL, answer);

    assertThat(record.maximumSerializedSize()).isLessThan(LIMIT);
    assertThat(read(record).status()).isEqualTo(TaskStatus.SUCCEEDED);
    assertThat(read(record).result()).isNull();
  }

  @Test
  void aTaskWhoseAnswerWasTooLargeHasFailed() throws Exception {
    TaskRecord task = read(ended(Encoding.PROTOBUF, result(5_000)));

    assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(task.fault()).isNotNull().extracting("code").isEqualTo("result_too_large");
  }

  /** The smallest limit that the job takes is enough for the longest names and messages. */
  @Test
  void whatHasNoResultFitsAlways() throws Exception {
    String long512 = "\"\u3042".repeat(256);
    Envelope envelope =
        new Envelope(
            long512,
            new RecordCoordinates("t".repeat(249), Integer.MAX_VALUE, Long.MAX_VALUE),
            null,
            Long.MAX_VALUE,
            0,
            Envelope.NO_DEADLINE,
            "\"\u3042".repeat(64),
            List.of(
                new RecordHeader("traceparent", new byte[55]),
                new RecordHeader("tracestate", new byte[512])),
            null,
            Encoding.JSON,
            true);
    ErrorResult error =
        new ErrorResult(
            long512,
            ResultStatus.FAILED,
            ErrorCode.ENGINE_FAILURE,
            "\"\u3042".repeat(250),
            "p".repeat(100),
            null);
    Answer answer = answers.write(envelope, error, Handling.scored(4, 5, NOW), NOW);

    OutboundRecord record =
        tasks.ended(envelope, new ModelReference("\u3042".repeat(120), "1"), answer);

    assertThat(record.maximumSerializedSize()).isLessThan(LIMIT);
    assertThat(read(record).id()).isEqualTo(long512);
  }

  private OutboundRecord ended(Encoding encoding, Result result) {
    return tasks.ended(envelope(encoding), MODEL, answer(encoding, result));
  }

  private Answer answer(Encoding encoding, Result result) {
    return answers.write(envelope(encoding), result, Handling.scored(4, 5, NOW - 5), NOW);
  }

  private static TaskRecord read(OutboundRecord record) throws Exception {
    return new TaskRecordReader().read(record.value());
  }

  private static Result result(int elements) {
    Tensor tensor =
        new Tensor("y", Datatype.INT64, new long[] {elements}, filled(Long.BYTES * elements));
    return new TensorResult("id-1", new ModelVersion("m", 2), Map.of(), List.of(tensor));
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 0x7f);
    return bytes;
  }

  private static Envelope envelope(Encoding encoding) {
    return new Envelope(
        "id-1",
        new RecordCoordinates("requests", 2, 17),
        null,
        7,
        0,
        Envelope.NO_DEADLINE,
        "acme",
        List.of(new RecordHeader("traceparent", "00-trace".getBytes(UTF_8))),
        null,
        encoding,
        true);
  }
}

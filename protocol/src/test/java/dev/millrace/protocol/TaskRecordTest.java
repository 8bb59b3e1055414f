package dev.millrace.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.TaskRecord.Fault;
import dev.millrace.protocol.TaskRecord.Times;
import dev.millrace.protocol.json.TaskRecordReader;
import dev.millrace.protocol.json.TaskRecordWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TaskRecordTest {
  private static final RecordCoordinates SOURCE = new RecordCoordinates("millrace.requests", 3, 42);
  private static final ModelReference MODEL = new ModelReference("digits", "1");
  private static final String LEAST =
      "'tenant':'t','id':'i','status':'queued','created':1,'source':'r/0/7'";

  private final TaskRecordWriter writer = new TaskRecordWriter();
  private final TaskRecordReader reader = new TaskRecordReader();

  static Stream<TaskRecord> life() {
    Fault fault =
        Fault.of(
            new ErrorResult(
                "i", ResultStatus.REJECTED, ErrorCode.INVALID_REQUEST, "\"ü\n😀", "prompt", null));
    Fault expired =
        Fault.of(
            new ErrorResult("i", ResultStatus.EXPIRED, ErrorCode.DEADLINE_EXCEEDED, "too late"));
    return Stream.of(
        task(TaskStatus.QUEUED, new Times(1, null, null), 0, null, null),
        task(TaskStatus.RUNNING, new Times(1, 2L, null), 8, null, null),
        task(TaskStatus.SUCCEEDED, new Times(1, 2L, 3L), 8, "{ \"id\" :\"ü\", \"x\":{}}", null),
        task(TaskStatus.SUCCEEDED, new Times(1, 2L, 3L), 8, null, null),
        task(TaskStatus.SUCCEEDED, new Times(1, null, 3L), 0, "{}", null),
        task(TaskStatus.FAILED, new Times(1, null, 3L), 0, null, fault),
        task(TaskStatus.EXPIRED, new Times(1, 2L, 3L), 1, null, expired),
        task(TaskStatus.CANCELLED, new Times(1, null, Long.MAX_VALUE), 0, null, fault),
        new TaskRecord(
            "t", "i", SOURCE, TaskStatus.FAILED, null, new Times(0, null, 0L), 0, null, fault),
        new TaskRecord(
            "t",
            "i",
            SOURCE,
            TaskStatus.QUEUED,
            new ModelReference("m", null),
            new Times(0, null, null),
            0,
            null,
            null));
  }

  @ParameterizedTest
  @MethodSource("life")
  void everyStateComesBackAsItWas(TaskRecord task) throws Exception {
    assertThat(reader.read(writer.write(task))).isEqualTo(task);
  }

  @Test
  void writesTheFieldsThatReadersKnow() {
    assertThat(written(task(TaskStatus.QUEUED, new Times(1, null, null), 0, null, null)))
        .isEqualTo(
            """
            {"tenant":"t","id":"i","status":"queued","model":"digits","model_version":"1",\
            "created":1,"source":"millrace.requests/3/42"}""");
    assertThat(written(task(TaskStatus.SUCCEEDED, new Times(1, 2L, 3L), 4, "{\"a\":[1]}", null)))
        .isEqualTo(
            """
            {"tenant":"t","id":"i","status":"succeeded","model":"digits","model_version":"1",\
            "created":1,"started":2,"ended":3,"batch_size":4,"source":"millrace.requests/3/42",\
            "result":{"a":[1]}}""");
    Fault fault = new Fault("cancelled", "gone", "invalid_request_error", null);
    assertThat(written(task(TaskStatus.CANCELLED, new Times(1, null, 3L), 0, null, fault)))
        .isEqualTo(
            """
            {"tenant":"t","id":"i","status":"cancelled","model":"digits","model_version":"1",\
            "created":1,"ended":3,"source":"millrace.requests/3/42",\
            "error":{"code":"cancelled","message":"gone","type":"invalid_request_error"}}""");
  }

  @Test
  void theKeyIsAnArrayOfTenantAndId() {
    assertThat(new String(writer.key("acme", "a\"ü,"), UTF_8)).isEqualTo("[\"acme\",\"a\\\"ü,\"]");
    assertThat(writer.key("a", "b,c")).isNotEqualTo(writer.key("a,b", "c"));
  }

  @Test
  void aResultIsTheTextOfTheResultTopic() throws Exception {
    Tensor scores =
        new Tensor(
            "ö", Datatype.FP32, new long[] {2}, new byte[] {0, 0, 0, 0, 0, 0, (byte) 192, 127});
    byte[] body =
        new ResultEncoder()
            .encode(
                new TensorResult("i", new ModelVersion("m", 1), Map.of(), List.of(scores)),
                Encoding.JSON);
    String text = new String(body, UTF_8);
    TaskRecord task = task(TaskStatus.SUCCEEDED, new Times(1, 2L, 3L), 1, text, null);

    assertThat(written(task)).contains(text);
    assertThat(reader.read(writer.write(task)).result()).isEqualTo(text);
  }

  @Test
  void unknownFieldsAndNullsAreIgnored() throws Exception {
    TaskRecord least = read("{" + LEAST + "}");
    assertThat(least)
        .isEqualTo(
            new TaskRecord(
                "t",
                "i",
                new RecordCoordinates("r", 0, 7),
                TaskStatus.QUEUED,
                null,
                new Times(1, null, null),
                0,
                null,
                null));

    assertThat(
            read(
                "{'later':{'a':[1,{}]},"
                    + LEAST
                    + ",'result':null,'error':null,'model':null,'x':1}"))
        .isEqualTo(least);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | expected a JSON object",
        "[] | expected a JSON object",
        "{} | tenant is missing",
        "{'tenant':'t','id':'i','status':'queued','created':1} | source is missing",
        "{'tenant':'t','id':'i','status':'queued','source':'r/0/7'} | created is missing",
        "{'tenant':'t','id':'i','created':1,'source':'r/0/7'} | status is missing",
        "{'tenant':'','id':'i','status':'queued','created':1,'source':'r/0/7'} | without tenant",
        "{'tenant':'t','id':'i','status':'ok','created':1,'source':'r/0/7'} | 'ok'",
        "{'tenant':'t','id':'i','status':'queued','created':1,'source':'r/0'} | 'r/0'",
        "{'tenant':'t','id':'i','status':'queued','created':1,'source':'r/0/x'} | x",
        "{'tenant':'t','id':'i','status':'queued','created':-1,'source':'r/0/7'} | created",
        "{'tenant':'t','id':'i','status':'queued','created':'1','source':'r/0/7'} | created",
        "{'tenant':'t','id':7,'status':'queued','created':1,'source':'r/0/7'} | id: expected",
        "{LEAST,'batch_size':0} | batch_size",
        "{LEAST,'started':2} | queued and was started at 2",
        "{LEAST,'ended':2} | queued and ended at 2",
        "{LEAST,'result':{}} | a result of a task that is queued",
        "{LEAST,'result':'text'} | result: expected an object",
        "{LEAST,'error':[]} | error: expected an object",
        "{LEAST,'error':{'code':'c'}} | error.message is missing",
        "{LEAST,'id':'j'} | Duplicate",
        "{LEAST}{} | behind the object",
        "{LEAST | not JSON",
        "{'tenant':'t','id':'i','status':'running','created':1,'source':'r/0/7'} | was started at null",
        "{'tenant':'t','id':'i','status':'succeeded','created':1,'source':'r/0/7'} | ended at null",
        "{'tenant':'t','id':'i','status':'failed','created':1,'ended':2,'source':'r/0/7'} | the error null",
      })
  void whatIsNoStateOfATaskIsRefusedWithAReason(String json, String reason) {
    assertThatThrownBy(() -> read(json.replace("LEAST", LEAST)))
        .isInstanceOf(MalformedTaskException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @EnumSource(ResultStatus.class)
  void aTaskEndsAsItsRequestDoes(ResultStatus status) {
    TaskStatus ended = TaskStatus.of(status);

    assertThat(ended.isTerminal()).isTrue();
    assertThat(ended == TaskStatus.SUCCEEDED).isEqualTo(status == ResultStatus.OK);
    assertThat(TaskStatus.of(ResultStatus.REJECTED)).isEqualTo(TaskStatus.FAILED);
    assertThat(TaskStatus.of(ResultStatus.EXPIRED)).isEqualTo(TaskStatus.EXPIRED);
    assertThat(TaskStatus.of(ResultStatus.CANCELLED)).isEqualTo(TaskStatus.CANCELLED);
  }

  private TaskRecord read(String json) throws MalformedTaskException {
    return reader.read(json.replace('\'', '"').getBytes(UTF_8));
  }

  private String written(TaskRecord task) {
    return new String(writer.write(task), UTF_8);
  }

  private static TaskRecord task(
      TaskStatus status,
      Times times,
      int batchSize,
      @Nullable String result,
      @Nullable Fault fault) {
    return new TaskRecord("t", "i", SOURCE, status, MODEL, times, batchSize, result, fault);
  }
}

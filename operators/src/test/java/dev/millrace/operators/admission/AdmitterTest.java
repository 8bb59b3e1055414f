package dev.millrace.operators.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TensorSpec;
import dev.millrace.engines.Work;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.HeaderProblem;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.SourceRecord;
import dev.millrace.protocol.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmitterTest {
  private static final long NOW = 1_790_000_000_000L;
  private static final String GOOD =
      """
      {"id":"a","model_name":"digits","inputs":[
        {"name":"image","datatype":"FP32","shape":[1,2],"data":[1.5,2]}]}""";

  private final Admitter admitter = admitter(ServingPolicy.ofBatches(64));

  private static Admitter admitter(ServingPolicy policy) {
    return new Admitter(
        new AdmissionRules(
            new ModelCatalog(List.of(spec("digits", 1, policy), spec("digits", 3, policy))),
            RequestLimits.defaults(),
            Pattern.compile("millrace\\.replies.*"),
            1024),
        topic -> topic.endsWith("missing") ? 0 : 4,
        noEncoders());
  }

  private static PromptEncoders noEncoders() {
    try {
      return PromptEncoders.open(
          new ModelCatalog(List.of()),
          model -> {
            throw new EngineUnavailableException("none is needed");
          });
    } catch (EngineUnavailableException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void acceptsARequestForTheHighestVersionUnlessItNamesOne() {
    assertThat(accepted(GOOD).model()).isEqualTo(new ModelVersion("digits", 3));
    assertThat(accepted(GOOD.replace("\"inputs\"", "\"model_version\":\"1\",\"inputs\"")).model())
        .isEqualTo(new ModelVersion("digits", 1));
  }

  @Test
  void anAcceptedRequestHasTheRowsAndTheInputsOfItsBody() {
    QueuedRequest request = accepted(GOOD);

    assertThat(request.rows()).isEqualTo(1);
    List<Tensor> inputs = ((Work.Scoring) request.work()).inputs();
    assertThat(inputs).hasSize(1);
    assertThat(inputs.get(0).datatype()).isEqualTo(Datatype.FP32);
    assertThat(request.envelope().id()).isEqualTo("a");
  }

  @Test
  void takesTheModelsPriorityWhereTheRequestNamesNone() {
    assertThat(accepted(GOOD).priority()).isEqualTo(ServingPolicy.DEFAULT_PRIORITY);
    assertThat(accepted(GOOD, header(HeaderNames.PRIORITY, "2")).priority()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1,2]", "17", "{\"id\":", "{\"a\":1,\"a\":2}", "\u0000\u0001"})
  void whatIsNoRequestIsADeadLetterWithItsRecordUntouched(String value) {
    SourceRecord record = record(value);

    Admitter.Verdict.Dead dead = (Admitter.Verdict.Dead) admitter.admit(record, NOW);

    assertThat(dead.letter().record()).isSameAs(record);
    assertThat(dead.letter().message()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"digits\"      | \"letters\"     | MODEL_NOT_FOUND",
        "\"inputs\"      | \"model_version\":\"2\",\"inputs\" | VERSION_NOT_FOUND",
        "\"inputs\"      | \"model_version\":\"x\",\"inputs\" | VERSION_NOT_FOUND",
        "[1,2]           | [1,3]           | INVALID_TENSOR",
        "[1,2]           | [2]             | INVALID_TENSOR",
        "[1.5,2]         | [1.5]           | INVALID_TENSOR",
        "[1.5,2]         | [1.5,NaN]       | INVALID_TENSOR",
        "FP32            | FP64            | INVALID_TENSOR",
        "\"image\"       | \"picture\"     | INVALID_TENSOR",
        "\"inputs\"      | \"outputs\":[{\"name\":\"none\"}],\"inputs\" | INVALID_REQUEST"
      })
  void whatCannotBeServedAsWrittenIsRejected(String what, String instead, ErrorCode code) {
    ErrorResult result = refused(GOOD.replace(what.strip(), instead.strip())).result();

    assertThat(result.status()).isEqualTo(ResultStatus.REJECTED);
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.id()).isEqualTo("a");
  }

  @Test
  void namesTheModelsThatExistWhenItKnowsNoSuchModel() {
    assertThat(refused(GOOD.replace("digits", "letters")).result().message()).contains("digits");
  }

  @Test
  void rejectsAPromptForAModelThatTakesTensors() {
    ErrorResult result = refused("{\"id\":\"a\",\"model\":\"digits\",\"prompt\":\"Hi\"}").result();

    assertThat(result.code()).isEqualTo(ErrorCode.UNSUPPORTED_REQUEST);
    assertThat(result.message()).contains("digits");
    assertThat(result.param()).isEqualTo("prompt");
  }

  @ParameterizedTest
  @CsvSource({
    "other.topic,,REPLY_TOPIC_NOT_ALLOWED",
    "millrace.replies.missing,,REPLY_TOPIC_NOT_FOUND",
    "millrace.replies.a,4,REPLY_TOPIC_NOT_FOUND"
  })
  void answersOnTheResultTopicWhenTheReplyTopicCannotBeUsed(
      String topic, @Nullable String partition, ErrorCode code) {
    List<RecordHeader> headers = new ArrayList<>();
    headers.add(header(HeaderNames.REPLY_TOPIC, topic));
    if (partition != null) {
      headers.add(header(HeaderNames.REPLY_PARTITION, partition));
    }
    Admission.Refused refused = refused(GOOD, headers.toArray(RecordHeader[]::new));

    assertThat(refused.result().code()).isEqualTo(code);
    assertThat(refused.envelope().reply()).isNull();
  }

  @Test
  void anInvalidRequestIsAnsweredWhereItAsksUnlessThatCannotBeUsed() {
    String invalid = GOOD.replace("[1,2]", "[-1,2]");

    assertThat(refused(invalid, header(HeaderNames.REPLY_TOPIC, "millrace.replies.a")))
        .extracting(refused -> refused.envelope().reply())
        .isNotNull();
    assertThat(refused(invalid, header(HeaderNames.REPLY_TOPIC, "elsewhere")))
        .extracting(refused -> refused.envelope().reply())
        .isNull();
  }

  @Test
  void servesARequestWithMalformedHeadersByTheirDefaultsAndReportsThem() {
    Admitter.Verdict.Request verdict =
        (Admitter.Verdict.Request)
            admitter.admit(
                record(
                    GOOD,
                    header(HeaderNames.PRIORITY, "abc"),
                    header(HeaderNames.TRACE_PARENT, "nonsense")),
                NOW);

    assertThat(verdict.admission()).isInstanceOf(Admission.Accepted.class);
    assertThat(verdict.problems()).contains(HeaderProblem.PRIORITY).hasSize(2);
  }

  @Test
  void aRecordThatNamesARequestToTakeBackIsACancelWhateverItsValue() {
    Admission admission = admission("nonsense", header(HeaderNames.CANCEL, "order-17"));

    assertThat(admission).isInstanceOf(Admission.Cancel.class);
    assertThat(((Admission.Cancel) admission).target()).isEqualTo("order-17");
    assertThat(admission.envelope().id()).isEqualTo("requests-0-5");
  }

  @Test
  void takesTheModelsTimeoutWhereTheRequestNamesNoDeadline() {
    Admitter impatient =
        admitter(
            new ServingPolicy(
                64, List.of(), Duration.ZERO, 1_000, 5, Duration.ofMillis(250), null));

    assertThat(deadline(impatient, record(GOOD))).isEqualTo(NOW + 250);
    assertThat(deadline(impatient, record(GOOD, header(HeaderNames.DEADLINE, "" + (NOW + 9)))))
        .isEqualTo(NOW + 9);
    assertThat(deadline(admitter, record(GOOD))).isEqualTo(Envelope.NO_DEADLINE);
  }

  @Test
  void aTaskIsWhateverSaysSoButNotACancel() {
    assertThat(accepted(GOOD).envelope().task()).isFalse();
    assertThat(accepted(GOOD, header(HeaderNames.TASK, "true")).envelope().task()).isTrue();
    assertThat(
            admission("", header(HeaderNames.TASK, "true"), header(HeaderNames.CANCEL, "a"))
                .envelope()
                .task())
        .isFalse();
  }

  @Test
  void theRefusalOfATaskTellsTheModelThatWasAskedFor() {
    RecordHeader task = header(HeaderNames.TASK, "true");
    String nobody = GOOD.replace("digits", "nobody");
    String ofNoVersion = GOOD.replace("\"inputs\"", "\"model_version\":\"2\",\"inputs\"");
    String malformed = GOOD.replace("1.5", "true");

    assertThat(refused(nobody).model()).as("nobody wants to know").isNull();
    assertThat(refused(nobody, task).model()).isEqualTo(new ModelReference("nobody", null));
    assertThat(refused(ofNoVersion, task).model()).isEqualTo(new ModelReference("digits", "2"));
    assertThat(refused(malformed, task).model()).isEqualTo(new ModelReference("digits", null));
    assertThat(refused(GOOD.replace("digits", "x".repeat(1_000)), task).model())
        .as("too long to be carried along")
        .isNull();
  }

  private static long deadline(Admitter admitter, SourceRecord record) {
    Admitter.Verdict.Request verdict = (Admitter.Verdict.Request) admitter.admit(record, NOW);
    return verdict.admission().envelope().deadline();
  }

  @Test
  void neverThrowsWhateverTheBytes() {
    Random random = new Random(42);
    byte[] good = GOOD.getBytes(UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] mutated = good.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      assertThat(admitter.admit(record(mutated), NOW)).isNotNull();
    }
  }

  private QueuedRequest accepted(String body, RecordHeader... headers) {
    return ((Admission.Accepted) admission(body, headers)).request();
  }

  private Admission.Refused refused(String body, RecordHeader... headers) {
    return (Admission.Refused) admission(body, headers);
  }

  private Admission admission(String body, RecordHeader... headers) {
    return ((Admitter.Verdict.Request) admitter.admit(record(body, headers), NOW)).admission();
  }

  private static SourceRecord record(String body, RecordHeader... headers) {
    return record(body.getBytes(UTF_8), headers);
  }

  private static SourceRecord record(byte[] body, RecordHeader... headers) {
    return new SourceRecord(
        new RecordCoordinates("requests", 0, 5), NOW, null, body, List.of(headers));
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static ModelSpec spec(String name, int version, ServingPolicy policy) {
    return new ModelSpec(
        new ModelVersion(name, version),
        "/nowhere",
        "none.pt",
        new ModelSignature(
            List.of(new TensorSpec("image", Datatype.FP32, List.of(-1L, 2L))),
            List.of(new TensorSpec("probabilities", Datatype.FP32, List.of(-1L, 10L)))),
        policy,
        Map.of());
  }
}

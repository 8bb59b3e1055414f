package dev.millrace.operators.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engines.EngineUnavailableException;
import dev.millrace.engines.GenerationSettings;
import dev.millrace.engines.ModelCatalog;
import dev.millrace.engines.ModelSignature;
import dev.millrace.engines.ModelSpec;
import dev.millrace.engines.ServingPolicy;
import dev.millrace.engines.TextModelSpec;
import dev.millrace.engines.Tokens;
import dev.millrace.engines.Work;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RequestLimits;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.SourceRecord;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionAdmissionTest {
  private static final int CONTEXT = 100;
  private static final int VOCABULARY = 256;
  private static final long NOW = 1_790_000_000_000L;

  private final CharacterEncoder encoder = new CharacterEncoder();
  private Admitter admitter;

  @BeforeEach
  void open() throws EngineUnavailableException {
    ModelCatalog catalog = new ModelCatalog(List.of(scribe()));
    admitter =
        new Admitter(
            new AdmissionRules(catalog, RequestLimits.defaults(), Pattern.compile("none"), 64),
            topic -> 0,
            PromptEncoders.open(catalog, model -> encoder));
  }

  @Test
  void acceptsAPromptAsTheTokensOfTheModel() {
    QueuedRequest request = accepted("'prompt': 'ab', 'max_tokens': 5, 'stream': true");
    Work.Generation work = (Work.Generation) request.work();

    assertThat(work.prompts()).containsExactly(Tokens.of(CharacterEncoder.BEGIN, 'a', 'b'));
    assertThat(work.stream()).isTrue();
    assertThat(work.sampling().maxTokens()).isEqualTo(5);
    assertThat(request.rows()).isEqualTo(1);
    assertThat(request.length()).as("the prompt and what may follow it").isEqualTo(8);
  }

  @Test
  void takesTokensAsTheyAre() {
    Work.Generation work =
        (Work.Generation) accepted("'prompt': [[1, 2, 3], [255]], 'n': 3").work();

    assertThat(work.prompts()).containsExactly(Tokens.of(1, 2, 3), Tokens.of(255));
    assertThat(work.sequences()).isEqualTo(6);
    assertThat(encoder.encoded()).isZero();
  }

  @Test
  void drawsByTheSeedOfTheRequestOrElseByItsPlace() {
    assertThat(seed("'prompt': 'a', 'seed': 17", 5)).isEqualTo(17);
    assertThat(seed("'prompt': 'a'", 5)).isEqualTo(seed("'prompt': 'b'", 5));
    assertThat(seed("'prompt': 'a'", 5)).isNotEqualTo(seed("'prompt': 'a'", 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'prompt': 17                          | INVALID_REQUEST         | prompt      | prompt",
        "'prompt': ''                          | INVALID_REQUEST         | prompt      | empty",
        "'prompt': []                          | INVALID_REQUEST         | prompt      | empty",
        "'prompt': [256]                       | INVALID_REQUEST         | prompt      | 0 to 255, not 256",
        "'prompt': [-1]                        | INVALID_REQUEST         | prompt      | -1",
        "'prompt': 'a1'                        | INVALID_REQUEST         | prompt      | no token stands for 1",
        "'prompt': 'a', 'max_tokens': -1       | INVALID_REQUEST         | max_tokens  | -1",
        "'prompt': 'a', 'max_tokens': 99       | CONTEXT_LENGTH_EXCEEDED | max_tokens  | is 100 tokens, and the prompt has 2 and max_tokens is 99",
        "'prompt': 'a', 'max_tokens': 2147483647 | CONTEXT_LENGTH_EXCEEDED | max_tokens | 2147483647",
        "'prompt': 'a', 'temperature': -1      | INVALID_REQUEST         | temperature | -1",
        "'prompt': 'a', 'temperature': 'NaN'   | INVALID_REQUEST         | temperature | NaN",
        "'prompt': 'a', 'temperature': 3       | INVALID_REQUEST         | temperature | 3",
        "'prompt': 'a', 'stop': ['a','b','c','d','e'] | INVALID_REQUEST  | stop        | 4",
        "'prompt': 'a', 'stop': ['']           | INVALID_REQUEST         | stop        | empty",
        "'prompt': '\\ud800'                     | INVALID_REQUEST         | prompt      | surrogate",
        "'prompt': 'a', 'best_of': 2           | INVALID_REQUEST         | best_of     | not offered",
        "'prompt': 'a', 'logit_bias': {'256': 1} | INVALID_REQUEST       | logit_bias  | 0 to 255, not 256",
        "'prompt': ['a','b'], 'n': 65          | INVALID_REQUEST         | n           | 130 texts",
        "'inputs': [{'name':'x','datatype':'FP32','shape':[1],'data':[1]}] | UNSUPPORTED_REQUEST     | inputs      | send a prompt"
      })
  void rejectsWhatItCannotDoNamingTheField(
      String body, ErrorCode code, String param, String message) {
    ErrorResult result = refused(body);

    assertThat(result.status()).isEqualTo(ResultStatus.REJECTED);
    assertThat(result.code()).isEqualTo(code);
    assertThat(result.param()).isEqualTo(param);
    assertThat(result.message()).contains(message);
    assertThat(result.id()).isEqualTo("a");
  }

  @Test
  void refusesAMegabyteWithoutEncodingIt() {
    ErrorResult result = refused("'prompt': '" + "x".repeat(1 << 20) + "'");

    assertThat(result.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
    assertThat(result.param()).isEqualTo("prompt");
    assertThat(result.message()).contains("100 tokens", "at least 1048576");
    assertThat(encoder.encoded()).isZero();
  }

  @Test
  void servesWhatCanBeServed() {
    assertThat(accepted("'prompt': 'a', 'max_tokens': 0").length()).isEqualTo(2);
    assertThat(accepted("'prompt': 'a', 'max_tokens': 98").length()).isEqualTo(CONTEXT);
    assertThat(accepted("'prompt': 'a', 'nobody_knows': {'x': [1]}")).isNotNull();
  }

  private long seed(String fields, long offset) {
    QueuedRequest request = ((Admission.Accepted) admission(fields, offset)).request();
    return ((Work.Generation) request.work()).seed();
  }

  private QueuedRequest accepted(String fields) {
    Admission admission = admission(fields, 5);
    assertThat(admission).isInstanceOf(Admission.Accepted.class);
    return ((Admission.Accepted) admission).request();
  }

  private ErrorResult refused(String fields) {
    Admission admission = admission(fields, 5);
    assertThat(admission).isInstanceOf(Admission.Refused.class);
    return ((Admission.Refused) admission).result();
  }

  private Admission admission(String fields, long offset) {
    String model = fields.contains("'inputs'") ? "'model_name'" : "'model'";
    String body = "{'id': 'a', %s: 'scribe', %s}".formatted(model, fields).replace('\'', '"');
    SourceRecord record =
        new SourceRecord(
            new RecordCoordinates("requests", 0, offset),
            NOW,
            null,
            body.getBytes(UTF_8),
            List.of());
    return ((Admitter.Verdict.Request) admitter.admit(record, NOW)).admission();
  }

  private static ModelSpec scribe() {
    return new ModelSpec(
        new ModelVersion("scribe", 1),
        "/nowhere",
        "none.pt",
        new ModelSignature(List.of(), List.of()),
        ServingPolicy.ofBatches(1),
        Map.of(),
        new TextModelSpec(
            1, 1, 4, CONTEXT, VOCABULARY, List.of(255), 4, new GenerationSettings(16, 0, true)));
  }
}

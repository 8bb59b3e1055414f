package dev.millrace.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final byte[] KEY = {1, 2};
  private static final String TRACE_PARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final EnvelopeReader reader = new EnvelopeReader();
  private final List<RecordHeader> headers = new ArrayList<>();
  private long timestamp = NOW;

  @Test
  void takesTheDefaultsWhereNothingIsSaid() {
    EnvelopeReading reading = read(null, Map.of());

    assertThat(reading.problems()).isEmpty();
    Envelope envelope = reading.envelope();
    assertThat(envelope.id()).isEqualTo("requests-3-42");
    assertThat(envelope.key()).containsExactly(1, 2);
    assertThat(envelope.timestamp()).isEqualTo(NOW);
    assertThat(envelope.priority()).isZero();
    assertThat(envelope.deadline()).isEqualTo(Envelope.NO_DEADLINE);
    assertThat(envelope.tenant()).isEqualTo("default");
    assertThat(envelope.trace()).isEmpty();
    assertThat(envelope.reply()).isNull();
    assertThat(envelope.encoding()).isEqualTo(Encoding.JSON);
  }

  @Test
  void takesTheIdOfTheBodyThenOfTheEventThenOfTheRecord() {
    header("ce_id", "event");

    assertThat(read("body", Map.of()).envelope().id()).isEqualTo("body");
    assertThat(read(null, Map.of()).envelope().id()).isEqualTo("event");
    assertThat(read("", Map.of())).isEqualTo(read(null, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "line\nbreak", "\ud800", "\u007f"})
  void anIdThatCannotBeCarriedFallsBackToTheNextSource(String id) {
    EnvelopeReading reading = read(id, Map.of());

    assertThat(reading.envelope().id()).isEqualTo("requests-3-42");
    assertThat(reading.problems()).containsExactly(HeaderProblem.ID);
  }

  @Test
  void anIdHasAtMost512Characters() {
    assertThat(read("x".repeat(512), Map.of()).envelope().id()).hasSize(512);
    assertThat(read("x".repeat(513), Map.of()).problems()).containsExactly(HeaderProblem.ID);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "7,7", "1001,1000", "9223372036854775807,1000"})
  void readsAPriority(String header, int priority) {
    header("millrace-priority", header);

    assertThat(read(null, Map.of()).envelope().priority()).isEqualTo(priority);
    assertThat(read(null, Map.of()).problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "", "-1", "+1", " 1", "1.0", "9223372036854775808", "١"})
  void aMalformedPriorityIsTheDefault(String header) {
    header("millrace-priority", header);

    assertThat(read(null, Map.of()).envelope().priority()).isZero();
    assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.PRIORITY);
  }

  @Test
  void thePriorityOfTheBodyWinsUnlessItIsMalformed() {
    header("millrace-priority", "5");

    assertThat(read(null, Map.of("priority", new ParameterValue.Int64(2))).envelope().priority())
        .isEqualTo(2);
    EnvelopeReading malformed = read(null, Map.of("priority", new ParameterValue.Text("2")));
    assertThat(malformed.envelope().priority()).isEqualTo(5);
    assertThat(malformed.problems()).containsExactly(HeaderProblem.PRIORITY);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1000, 1", "1001, 2", "1500000, 1500"})
  void aTimeoutCountsFromTheRecordsTimestampAndIsRoundedUp(long microseconds, long milliseconds) {
    timestamp = NOW - 10_000;
    header("millrace-deadline", "5");

    assertThat(
            read(null, Map.of("timeout", new ParameterValue.Int64(microseconds)))
                .envelope()
                .deadline())
        .isEqualTo(NOW - 10_000 + milliseconds);
  }

  @Test
  void theLongestTimeoutDoesNotOverflow() {
    assertThat(
            read(null, Map.of("timeout", new ParameterValue.Int64(Long.MAX_VALUE)))
                .envelope()
                .deadline())
        .isGreaterThan(NOW);
  }

  @Test
  void aTimeoutOfZeroLeavesTheDeadlineToTheHeader() {
    header("millrace-deadline", "123");

    assertThat(read(null, Map.of("timeout", new ParameterValue.Int64(0))).envelope().deadline())
        .isEqualTo(123);
  }

  @Test
  void aDeadlineOfZeroIsNone() {
    header("millrace-deadline", "0");

    assertThat(read(null, Map.of()).envelope().deadline()).isEqualTo(Envelope.NO_DEADLINE);
    assertThat(read(null, Map.of()).problems()).isEmpty();
  }

  @Test
  void malformedTimeoutsAndDeadlinesAreNone() {
    header("millrace-deadline", "soon");
    EnvelopeReading reading = read(null, Map.of("timeout", new ParameterValue.Int64(-1)));

    assertThat(reading.envelope().deadline()).isEqualTo(Envelope.NO_DEADLINE);
    assertThat(reading.problems()).containsExactly(HeaderProblem.TIMEOUT, HeaderProblem.DEADLINE);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, NOW + 86_400_001})
  void aTimestampThatIsNonsenseIsTheTimeOfReading(long nonsense) {
    timestamp = nonsense;
    EnvelopeReading reading = read(null, Map.of());

    assertThat(reading.envelope().timestamp()).isEqualTo(NOW);
    assertThat(reading.problems()).containsExactly(HeaderProblem.TIMESTAMP);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, NOW, NOW + 86_400_000})
  void aTimestampWithinADayAheadStands(long good) {
    timestamp = good;

    assertThat(read(null, Map.of()).envelope().timestamp()).isEqualTo(good);
    assertThat(read(null, Map.of()).problems()).isEmpty();
  }

  @Test
  void readsATenant() {
    header("millrace-tenant", "Münster");

    assertThat(read(null, Map.of()).envelope().tenant()).isEqualTo("Münster");
  }

  @Test
  void aMalformedTenantIsTheDefault() {
    for (byte[] value :
        List.of(new byte[0], new byte[] {(byte) 0xff}, "x".repeat(129).getBytes(UTF_8))) {
      headers.add(new RecordHeader("millrace-tenant", value));

      assertThat(read(null, Map.of()).envelope().tenant()).isEqualTo("default");
      assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.TENANT);
    }
  }

  @Test
  void copiesAWellFormedTrace() {
    header("traceparent", TRACE_PARENT);
    header("tracestate", "vendor=1");

    assertThat(read(null, Map.of()).envelope().trace())
        .containsExactly(
            new RecordHeader("traceparent", TRACE_PARENT.getBytes(UTF_8)),
            new RecordHeader("tracestate", "vendor=1".getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
      })
  void aMalformedTraceIsDroppedWithItsState(String parent) {
    header("traceparent", parent);
    header("tracestate", "vendor=1");

    assertThat(read(null, Map.of()).envelope().trace()).isEmpty();
    assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.TRACE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ä", "tab\t"})
  void aMalformedStateIsDroppedAlone(String state) {
    header("traceparent", TRACE_PARENT);
    header("tracestate", state);

    assertThat(read(null, Map.of()).envelope().trace()).hasSize(1);
    assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.TRACE);
  }

  @Test
  void aStateWithoutAParentIsLeftOut() {
    header("tracestate", "vendor=1");

    assertThat(read(null, Map.of()).envelope().trace()).isEmpty();
  }

  @Test
  void readsWhereTheAnswerGoes() {
    header("millrace-reply-topic", "millrace.replies.a");
    assertThat(read(null, Map.of()).envelope().reply())
        .isEqualTo(new ReplyAddress("millrace.replies.a", null));

    header("millrace-reply-partition", "7");
    assertThat(read(null, Map.of()).envelope().reply())
        .isEqualTo(new ReplyAddress("millrace.replies.a", 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "2147483648"})
  void aMalformedReplyPartitionIsLeftToTheKey(String partition) {
    header("millrace-reply-topic", "t");
    header("millrace-reply-partition", partition);

    assertThat(read(null, Map.of()).envelope().reply()).isEqualTo(new ReplyAddress("t", null));
    assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.REPLY_PARTITION);
  }

  @Test
  void aMalformedReplyTopicIsNone() {
    headers.add(new RecordHeader("millrace-reply-topic", new byte[] {(byte) 0xff}));

    assertThat(read(null, Map.of()).envelope().reply()).isNull();
    assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.REPLY_TOPIC);
  }

  @Test
  void aRequestIsATaskWhenAHeaderSaysSo() {
    assertThat(read(null, Map.of()).envelope().task()).isFalse();

    header("millrace-task", "true");

    assertThat(read(null, Map.of()).envelope().task()).isTrue();
    assertThat(read(null, Map.of()).problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "True", "1", "false", "true "})
  void anythingElseInThatHeaderIsMalformedAndMakesNoTask(String value) {
    header("millrace-task", value);

    assertThat(read(null, Map.of()).envelope().task()).isFalse();
    assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.TASK);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, JSON",
    "Application/JSON; charset=utf-8, JSON",
    "application/x-protobuf, PROTOBUF",
    "application/x-protobuf ;messageType=x, PROTOBUF",
  })
  void readsTheEncoding(String contentType, Encoding encoding) {
    header("content-type", contentType);

    assertThat(read(null, Map.of()).envelope().encoding()).isEqualTo(encoding);
    assertThat(read(null, Map.of()).problems()).isEmpty();
    assertThat(EnvelopeReader.encoding(headers)).isEqualTo(encoding);
  }

  @Test
  void anUnknownEncodingIsTakenForJson() {
    header("content-type", "text/html");

    assertThat(read(null, Map.of()).envelope().encoding()).isEqualTo(Encoding.JSON);
    assertThat(read(null, Map.of()).problems()).containsExactly(HeaderProblem.CONTENT_TYPE);
  }

  @Test
  void theLastHeaderOfANameCounts() {
    header("millrace-priority", "abc");
    header("millrace-priority", "3");

    assertThat(read(null, Map.of()).envelope().priority()).isEqualTo(3);
    assertThat(read(null, Map.of()).problems()).isEmpty();
  }

  @Test
  void aHeaderWithoutAValueIsAsGoodAsNone() {
    for (String name :
        List.of(
            "content-type",
            "ce_id",
            "millrace-priority",
            "millrace-tenant",
            "millrace-task",
            "traceparent")) {
      headers.add(new RecordHeader(name, null));
    }

    assertThat(read(null, Map.of()).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "millrace.replies.a_B-1, true",
    "a/b, false",
    "ä, false",
    "., false",
    ".., false",
    "'', false"
  })
  void onlyTopicsKafkaAllowsAreLegal(String topic, boolean legal) {
    assertThat(new ReplyAddress(topic, null).isLegal()).isEqualTo(legal);
  }

  private EnvelopeReading read(@Nullable String bodyId, Map<String, ParameterValue> parameters) {
    SourceRecord record =
        new SourceRecord(
            new RecordCoordinates("requests", 3, 42), timestamp, KEY, new byte[0], headers);
    return reader.read(record, bodyId, parameters, NOW);
  }

  private void header(String name, String value) {
    headers.add(new RecordHeader(name, value.getBytes(UTF_8)));
  }
}

package dev.millrace.bench.systems;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.SourceRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassThroughTest {
  private static final RecordHeader TRACE = header("traceparent", "00-a-b-01");

  @Test
  void aRecordComesBackAsItWasAndSaysWhereFrom() {
    OutboundRecord answer = PassThrough.echo(record(List.of(TRACE)), 2_000);

    assertThat(answer.key()).isEqualTo(bytes("k"));
    assertThat(answer.value()).isEqualTo(bytes("v"));
    assertThat(answer.timestamp()).isEqualTo(2_000);
    assertThat(answer.topic()).isNull();
    assertThat(answer.headers()).containsExactly(TRACE, header("millrace-source", "requests/1/7"));
  }

  @Test
  void aRecordThatNamesAReplyTopicComesBackThere() {
    OutboundRecord answer =
        PassThrough.echo(record(List.of(header("millrace-reply-topic", "millrace.replies.x"))), 0);

    assertThat(answer.topic()).isEqualTo("millrace.replies.x");
  }

  private static SourceRecord record(List<RecordHeader> headers) {
    return new SourceRecord(
        new RecordCoordinates("requests", 1, 7), 1_000, bytes("k"), bytes("v"), headers);
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

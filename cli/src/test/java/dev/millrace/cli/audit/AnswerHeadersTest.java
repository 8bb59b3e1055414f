package dev.millrace.cli.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.RecordCoordinates;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadersTest {
  private final ConsumerRecord<byte[], byte[]> answer =
      new ConsumerRecord<>("t", 0, 0, new byte[0], new byte[0]);

  @Test
  void readsTheSourceOfAResult() {
    add(HeaderNames.SOURCE, "requests/3/12");

    assertThat(AnswerHeaders.source(answer)).contains(new RecordCoordinates("requests", 3, 12));
  }

  @Test
  void aPieceOfATextIsNoAnswer() {
    add(HeaderNames.SOURCE, "requests/3/12");
    add(HeaderNames.SEQUENCE, "0");

    assertThat(AnswerHeaders.source(answer)).isEmpty();
  }

  @Test
  void takesTheLastOfSeveral() {
    add(HeaderNames.SOURCE, "requests/3/12");
    add(HeaderNames.SOURCE, "requests/3/13");

    assertThat(AnswerHeaders.source(answer)).contains(new RecordCoordinates("requests", 3, 13));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "requests", "requests/0", "requests/a/1", "requests/0/1/2"})
  void findsNoSourceInWhatIsNone(String text) {
    add(HeaderNames.SOURCE, text);

    assertThat(AnswerHeaders.source(answer)).isEmpty();
  }

  @Test
  void findsNoSourceWhereThereIsNoHeader() {
    assertThat(AnswerHeaders.source(answer)).isEmpty();
    assertThat(AnswerHeaders.deadLetterSource(answer)).isEmpty();
  }

  @Test
  void findsNoSourceInAHeaderWithoutAValue() {
    answer.headers().add(HeaderNames.SOURCE, null);

    assertThat(AnswerHeaders.source(answer)).isEmpty();
  }

  @Test
  void readsTheSourceOfADeadLetter() {
    add("__connect.errors.topic", "requests");
    add("__connect.errors.partition", "3");
    add("__connect.errors.offset", "12");

    assertThat(AnswerHeaders.deadLetterSource(answer))
        .contains(new RecordCoordinates("requests", 3, 12));
  }

  @Test
  void findsNoSourceInADeadLetterWithHalfAPlace() {
    add("__connect.errors.topic", "requests");
    add("__connect.errors.partition", "three");
    add("__connect.errors.offset", "12");

    assertThat(AnswerHeaders.deadLetterSource(answer)).isEmpty();
  }

  private void add(String name, String value) {
    answer.headers().add(name, value.getBytes(UTF_8));
  }
}

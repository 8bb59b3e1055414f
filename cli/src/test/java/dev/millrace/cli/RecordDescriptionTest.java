package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordDescriptionTest {
  private static final byte[] NO_TEXT = {(byte) 0xff, 0, 1};

  private final Headers headers = new RecordHeaders();

  @Test
  void showsTextAsText() {
    headers.add("millrace-status", bytes("ok"));

    assertThat(describe(bytes("k"), bytes("{\"id\": \"ä\"}")))
        .isEqualTo(
            "{\"partition\":2,\"offset\":7,\"timestamp\":1000,\"key\":\"k\","
                + "\"headers\":{\"millrace-status\":\"ok\"},\"value\":\"{\\\"id\\\": \\\"ä\\\"}\"}");
  }

  @Test
  void saysWhichBytesAreInBase64() {
    headers.add("h", NO_TEXT);

    assertThat(describe(NO_TEXT, NO_TEXT))
        .contains("\"key\":{\"base64\":\"/wAB\"}")
        .contains("\"headers\":{\"h\":{\"base64\":\"/wAB\"}}")
        .contains("\"value\":{\"base64\":\"/wAB\"}");
  }

  @Test
  void showsWhatIsNotThereAsNull() {
    headers.add("h", null);

    assertThat(describe(null, null))
        .contains("\"key\":null")
        .contains("\"headers\":{\"h\":null}")
        .contains("\"value\":null");
  }

  @Test
  void showsAHeaderThatOccursTwiceAsAnArray() {
    headers.add("h", bytes("1")).add("other", bytes("x")).add("h", bytes("2"));

    assertThat(describe(null, null)).contains("\"headers\":{\"h\":[\"1\",\"2\"],\"other\":\"x\"}");
  }

  @Test
  void takesOneLineWhateverTheValueHolds() {
    assertThat(describe(null, bytes("a\nb\r\n"))).doesNotContain("\n").doesNotContain("\r");
  }

  private String describe(byte @Nullable [] key, byte @Nullable [] value) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "t",
            2,
            7,
            1000,
            TimestampType.CREATE_TIME,
            0,
            0,
            key,
            value,
            headers,
            Optional.empty());
    return new String(RecordDescription.of(record), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

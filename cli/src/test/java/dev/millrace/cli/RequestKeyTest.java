package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestKeyTest {
  @Test
  void isTheSameForAllWhenFixed() {
    assertThat(RequestKey.fixed("käse").of(bytes("{\"id\": \"a\"}"))).isEqualTo(bytes("käse"));
    assertThat(RequestKey.fixed(null).of(bytes("{\"id\": \"a\"}"))).isNull();
  }

  @Test
  void isTheIdOfTheObject() {
    byte[] line = bytes("{\"inputs\": [{\"id\": \"inner\"}], \"id\": \"a-1\", \"x\": 1}");

    assertThat(RequestKey.fromId().of(line)).isEqualTo(bytes("a-1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "{\"id\": 7}", "{\"id\": null}", "[\"id\"]", "{\"id\"", "no json", "3"})
  void isNoneWhereThereIsNoId(String line) {
    assertThat(RequestKey.fromId().of(bytes(line))).isNull();
  }

  @Test
  void isNoneWhereTheLineIsNoText() {
    assertThat(RequestKey.fromId().of(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe})).isNull();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

package dev.millrace.gateway.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskCursorTest {
  @Test
  void isReadBackAsItWasWritten() {
    for (String id : List.of("a", " b c ", "é😀", "1:2/3", "x".repeat(512))) {
      TaskCursor cursor = new TaskCursor(1_790_000_000_000L, id);
      assertThat(cursor.encode()).matches("[A-Za-z0-9_-]+");
      assertThat(TaskCursor.decode(cursor.encode())).contains(cursor);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"17", "17 ", " a", "x a", "+17 a", "017 a", "17 a\0b", "99999999999999999999 a"})
  void isNoneOfTheseTexts(String plain) {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(UTF_8));
    assertThat(TaskCursor.decode(text)).isEmpty();
  }

  @Test
  void isNothingThatItHasNotWritten() {
    String text = new TaskCursor(17, "ab").encode();
    assertThat(TaskCursor.decode(text + "=")).isEmpty();
    assertThat(TaskCursor.decode(text + "!")).isEmpty();
    assertThat(TaskCursor.decode("")).isEmpty();
    assertThat(TaskCursor.decode("MTcg_w")).as("not UTF-8").isEmpty();
    Random random = new Random(7);
    for (int attempt = 0; attempt < 10_000; attempt++) {
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      String noise = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      TaskCursor.decode(noise).ifPresent(read -> assertThat(read.encode()).isEqualTo(noise));
    }
  }
}

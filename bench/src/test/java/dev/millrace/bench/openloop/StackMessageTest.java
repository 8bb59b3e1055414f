package dev.millrace.bench.openloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bench.systems.Checkpoint;
import dev.millrace.bench.systems.RunTopics;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StackMessageTest {
  static Stream<StackMessage> messages() {
    return Stream.of(
        new StackMessage.Ready("127.0.0.1:9092", new RunTopics("a", "b", "c", "d")),
        new StackMessage.Heap(1, 2, 3),
        new StackMessage.Restarts(4),
        new StackMessage.Completed(new Checkpoint(5, 6, 7, 8, 9)),
        new StackMessage.Failed("out of luck"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageIsReadAsItWasSaid(StackMessage message) {
    assertThat(StackMessage.parse(message.line())).isEqualTo(message);
  }

  @Test
  void aMessageIsOneLine() {
    assertThat(new StackMessage.Failed("first\nsecond").line()).isEqualTo("failed first second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "heap 1 2", "restarts many"})
  void anythingElseIsRefused(String line) {
    assertThatThrownBy(() -> StackMessage.parse(line)).isInstanceOf(IllegalArgumentException.class);
  }
}

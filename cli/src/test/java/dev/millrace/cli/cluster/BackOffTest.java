package dev.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackOffTest {
  private static final Duration YOUNG = Duration.ofSeconds(1);

  private final BackOff backOff =
      new BackOff(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofMinutes(1));

  @Test
  void waitsTwiceAsLongEachTimeUpToALimit() {
    assertThat(java.util.stream.Stream.generate(() -> backOff.afterEnd(YOUNG).toMillis()).limit(6))
        .containsExactly(500L, 1_000L, 2_000L, 4_000L, 4_000L, 4_000L);
  }

  @Test
  void beginsAnewWithAMemberThatLivedForLong() {
    backOff.afterEnd(YOUNG);
    backOff.afterEnd(YOUNG);

    assertThat(backOff.afterEnd(Duration.ofMinutes(1))).hasMillis(500);
    assertThat(backOff.afterEnd(YOUNG)).hasSeconds(1);
  }
}

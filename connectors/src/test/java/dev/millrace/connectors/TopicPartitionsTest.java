package dev.millrace.connectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPartitionsTest {
  private final SettableTopicDirectory directory = new SettableTopicDirectory();

  /** So that the test sees that no comparison breaks when the clock wraps around. */
  private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();

  private final TopicPartitions topics = new TopicPartitions(directory, () -> now);

  @Test
  void remembersATopicForAMinute() {
    directory.create("replies", 3);
    assertThat(topics.partitions("replies")).isEqualTo(3);

    directory.delete("replies");
    passTime(Duration.ofMillis(59_999));
    assertThat(topics.partitions("replies")).isEqualTo(3);
    assertThat(directory.timesAsked()).isEqualTo(1);

    passTime(Duration.ofMillis(1));
    assertThat(topics.partitions("replies")).isZero();
  }

  @Test
  void seesATopicThatIsMadeTwoSecondsAfterItWasMissed() {
    assertThat(topics.partitions("replies")).isZero();

    directory.create("replies", 3);
    passTime(Duration.ofMillis(1_999));
    assertThat(topics.partitions("replies")).isZero();
    assertThat(directory.timesAsked()).isEqualTo(1);

    passTime(Duration.ofMillis(1));
    assertThat(topics.partitions("replies")).isEqualTo(3);
  }

  @Test
  void takesATopicForExistingWhileTheBrokerIsAway() {
    directory.goAway();
    assertThat(topics.partitions("replies")).isEqualTo(TopicPartitions.UNKNOWN);
    assertThat(topics.partitions("replies")).isEqualTo(TopicPartitions.UNKNOWN);
    assertThat(directory.timesAsked()).isEqualTo(1);

    directory.comeBack();
    passTime(Duration.ofSeconds(2));
    assertThat(topics.partitions("replies")).isZero();
  }

  @Test
  void asksAgainForATopicThatItWasToldToForget() {
    directory.create("replies", 3);
    assertThat(topics.partitions("replies")).isEqualTo(3);

    directory.delete("replies");
    topics.forget("replies");

    assertThat(topics.partitions("replies")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä", "\0"})
  void knowsWithoutAskingThatNoTopicHasAnIllegalName(String name) {
    assertThat(topics.partitions(name)).isZero();
    assertThat(topics.partitions("x".repeat(250))).isZero();
    assertThat(directory.timesAsked()).isZero();
  }

  @Test
  void remembersTheTenThousandTopicsUsedLast() {
    for (int i = 0; i <= 10_000; i++) {
      assertThat(topics.partitions("t" + i)).isZero();
      assertThat(topics.partitions("t0")).isZero();
    }

    assertThat(topics.remembered()).isEqualTo(10_000);
    assertThat(directory.timesAsked()).isEqualTo(10_001);
    assertThat(topics.partitions("t1")).isZero();
    assertThat(directory.timesAsked()).isEqualTo(10_002);
  }

  @Test
  void closesItsConnection() {
    topics.close();

    assertThat(directory.isClosed()).isTrue();
  }

  private void passTime(Duration time) {
    now += time.toNanos();
  }
}

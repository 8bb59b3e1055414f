package dev.millrace.gateway.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskNoticeTest {
  @Test
  void anyNumberOfTasksIsToldInTextsThatPostgresqlTakes() {
    Random random = new Random(7);
    for (int count : new int[] {0, 1, 498, 499, 500, 2_000}) {
      List<Long> numbers = random.longs(count).boxed().toList();
      List<Long> read = new ArrayList<>();
      for (String text : TaskNotice.texts(numbers)) {
        assertThat(text).isNotEmpty().hasSizeLessThan(8_000);
        for (long number : TaskNotice.numbers(text)) {
          read.add(number);
        }
      }
      assertThat(read).isEqualTo(numbers);
    }
  }

  @Test
  void tenantAndIdAreToldApart() {
    assertThat(TaskNotice.number("a", "bc")).isNotEqualTo(TaskNotice.number("ab", "c"));
  }

  /** Instances of two releases tell each other. */
  @Test
  void theNumberOfATaskIsTheSameInEveryRelease() {
    assertThat("%016x".formatted(TaskNotice.number("acme", "order-17")))
        .isEqualTo("5de13ad2403cc448");
  }

  @Test
  void otherTextsAreRefused() {
    for (String text : List.of("abc", "zzzzzzzzzzzzzzzz", "-000000000000001")) {
      assertThatThrownBy(() -> TaskNotice.numbers(text))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

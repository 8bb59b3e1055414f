package dev.millrace.engines.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopMatcherTest {
  private static List<String> shown(StopMatcher matcher, String... pieces) {
    List<String> shown = new ArrayList<>();
    for (String piece : pieces) {
      shown.add(matcher.feed(piece));
    }
    shown.add(matcher.finish());
    return shown;
  }

  @Test
  void withoutStopSequencesAllIsShownAtOnce() {
    assertThat(shown(new StopMatcher(List.of()), "a", "b")).containsExactly("a", "b", "");
  }

  @Test
  void holdsBackWhatMayBeTheBeginningOfAStopSequence() {
    StopMatcher matcher = new StopMatcher(List.of("END"));
    assertThat(shown(matcher, "the E", "N", "ding")).containsExactly("the ", "", "ENding", "");
    assertThat(matcher.stopped()).isFalse();
  }

  @Test
  void findsAStopSequenceAcrossPieces() {
    StopMatcher matcher = new StopMatcher(List.of("END"));
    assertThat(shown(matcher, "the E", "N", "D.", "more")).containsExactly("the ", "", "", "", "");
    assertThat(matcher.stopped()).isTrue();
  }

  @Test
  void theFirstOfSeveralCounts() {
    StopMatcher matcher = new StopMatcher(List.of("yz", "x"));
    assertThat(shown(matcher, "abxyz")).containsExactly("ab", "");
  }

  @Test
  void whatWasHeldBackIsShownWhenNothingFollows() {
    assertThat(shown(new StopMatcher(List.of("\n\n")), "a\n")).containsExactly("a", "\n");
  }

  @Test
  void howeverATextIsCutItEndsAtTheSamePlace() {
    Random random = new Random(5);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append((char) ('a' + random.nextInt(3)));
      }
      List<String> stops = List.of("abc", "bb", "cac");
      int end = text.length();
      for (String stop : stops) {
        int index = text.indexOf(stop);
        end = index < 0 ? end : Math.min(end, index);
      }
      StopMatcher matcher = new StopMatcher(stops);
      StringBuilder shown = new StringBuilder();
      for (int from = 0; from < text.length(); ) {
        int to = Math.min(text.length(), from + 1 + random.nextInt(4));
        shown.append(matcher.feed(text.substring(from, to)));
        from = to;
      }
      shown.append(matcher.finish());
      assertThat(shown.toString()).isEqualTo(text.substring(0, end));
    }
  }
}

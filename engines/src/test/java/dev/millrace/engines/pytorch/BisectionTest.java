package dev.millrace.engines.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BisectionTest {
  private static final List<Integer> REQUESTS = IntStream.range(0, 64).boxed().toList();

  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void aGoodBatchIsScoredInOneCall() {
    assertThat(scoreWithGuilty(Set.of())).doesNotContain("failed");
    assertThat(calls.get()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 63})
  void oneGuiltyRequestFailsAloneAtAboutTwiceTheLogarithmInCalls(int guilty) {
    List<String> outcomes = scoreWithGuilty(Set.of(guilty));

    for (int request : REQUESTS) {
      assertThat(outcomes.get(request)).isEqualTo(request == guilty ? "failed" : "ok " + request);
    }
    assertThat(calls.get()).isEqualTo(1 + 2 * 6);
  }

  @Test
  void severalGuiltyRequestsFailAndOnlyThey() {
    Set<Integer> guilty = Set.of(3, 4, 40, 63);
    List<String> outcomes = scoreWithGuilty(guilty);

    for (int request : REQUESTS) {
      assertThat(outcomes.get(request))
          .isEqualTo(guilty.contains(request) ? "failed" : "ok " + request);
    }
  }

  @Test
  void aBatchOfOnlyGuiltyRequestsFailsWhole() {
    assertThat(scoreWithGuilty(Set.copyOf(REQUESTS))).containsOnly("failed");
  }

  private List<String> scoreWithGuilty(Set<Integer> guilty) {
    Bisection<Integer, String> bisection =
        new Bisection<>(
            requests -> {
              calls.incrementAndGet();
              if (requests.stream().anyMatch(guilty::contains)) {
                throw new IllegalArgumentException("guilty");
              }
              return requests.stream().map(request -> "ok " + request).toList();
            },
            (request, e) -> "failed");
    return bisection.score(REQUESTS);
  }
}

package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadPlanTest {
  private static final Traffic GREEDY = traffic("greedy", 4, Optional.empty());
  private static final Traffic MODEST = traffic("modest", 2, Optional.of(Duration.ofMillis(10)));

  @Test
  void kindsAreMergedInTheOrderOfTheirArrival() {
    LoadPlan plan = LoadPlan.of(GREEDY, MODEST);

    assertThat(IntStream.range(0, plan.size()).mapToObj(request -> plan.kind(request).tenant()))
        .containsExactly("greedy", "greedy", "modest", "greedy", "greedy", "modest");
    assertThat(IntStream.range(0, plan.size()).mapToObj(plan::arrival)).isSorted();
    assertThat(plan.duration()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aDeadlineIsTheTimeoutAfterTheArrival() {
    LoadPlan plan = LoadPlan.of(GREEDY, MODEST);

    assertThat(plan.deadline(2)).isEqualTo(510_000_000L);
    assertThat(plan.deadline(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void answersNameTheirRequestAndPlan() {
    RequestIds ids = new RequestIds("round-1");

    assertThat(ids.request(ids.of(42))).hasValue(42);
    assertThat(ids.request("round-10-42")).isEmpty();
    assertThat(ids.request("round-2-42")).isEmpty();
    assertThat(ids.request("millrace.requests-0-17")).isEmpty();
    assertThat(ids.request("round-1-x")).isEmpty();
  }

  private static Traffic traffic(String tenant, double rate, Optional<Duration> timeout) {
    return new Traffic(tenant, 0, timeout, ArrivalSchedule.constant(rate, Duration.ofSeconds(1)));
  }
}

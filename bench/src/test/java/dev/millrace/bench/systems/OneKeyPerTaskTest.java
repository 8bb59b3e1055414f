package dev.millrace.bench.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.RecordCoordinates;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneKeyPerTaskTest {
  private static final int MAXIMUM_PARALLELISM = 720;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachTaskHasOneKeyAndItsShareOfTheRequests(int parallelism) {
    OneKeyPerTask keys = OneKeyPerTask.of(parallelism, MAXIMUM_PARALLELISM);
    int requests = 10_000;

    Map<Integer, Long> byKey =
        IntStream.range(0, requests)
            .mapToObj(offset -> keys.keyOf(new RecordCoordinates("t", offset % 4, offset / 4)))
            .collect(Collectors.groupingBy(key -> key, Collectors.counting()));

    assertThat(byKey.keySet())
        .extracting(
            key ->
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                    key, MAXIMUM_PARALLELISM, parallelism))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, parallelism).boxed().toList());
    assertThat(byKey.values())
        .allSatisfy(
            count ->
                assertThat(count)
                    .isBetween(
                        requests * 9L / 10 / parallelism, requests * 11L / 10 / parallelism));
  }
}

package dev.millrace.bench.saturation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.millrace.bench.saturation.CpuTimes.Part;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuTimesTest {
  private static final long MILLISECOND = 1_000_000;

  private final CpuTimes times = new CpuTimes();

  @Test
  void onlyTheSteadyStateCounts() {
    times.add(0, Map.of(Part.TASKS, 0L));
    times.add(1_000, Map.of(Part.TASKS, 900 * MILLISECOND, Part.BROKER, 50 * MILLISECOND));
    times.add(3_000, Map.of(Part.TASKS, 1_900 * MILLISECOND, Part.BROKER, 250 * MILLISECOND));
    times.add(9_000, Map.of(Part.TASKS, 9_999 * MILLISECOND, Part.BROKER, 999 * MILLISECOND));

    assertThat(times.busy(new SteadyState(1_100, 2_900, 100)))
        .containsOnly(entry(Part.TASKS, 0.5), entry(Part.BROKER, 0.1));
  }

  @Test
  void nothingIsKnownOfAMomentBetweenTwoSamples() {
    times.add(0, Map.of(Part.TASKS, 0L));
    times.add(1_000, Map.of(Part.TASKS, 900 * MILLISECOND));

    assertThat(times.busy(new SteadyState(10, 20, 100))).isEmpty();
  }

  @Test
  void nothingIsKnownWithoutSamples() {
    assertThat(times.busy(new SteadyState(10, 20, 100))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch-digits/1-stream-0, ENGINE",
    "no-op-stream-1, ENGINE",
    "Source: request-source -> admit (1/2)#0, TASKS",
    "window -> score -> results (2/2)#3, TASKS",
    "kafka-producer-network-thread | producer-3, KAFKA_CLIENTS",
    "Source Data Fetcher for Source: request-source (1/2)#0, KAFKA_CLIENTS",
    "flink-pekko.actor.default-dispatcher-7, OTHER_THREADS",
    "main, OTHER_THREADS"
  })
  void threadsAreKnownByTheirNames(String thread, Part part) {
    assertThat(CpuMeter.part(thread)).isEqualTo(part);
  }
}

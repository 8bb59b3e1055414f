package dev.millrace.operators.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 128, 720, 4096})
  void everyLaneOwnsExactlyTheKeyGroupOfItsNumber(int maximumParallelism) {
    Lanes lanes = new Lanes(maximumParallelism);

    Set<Integer> keys = new HashSet<>();
    for (int lane = 0; lane < lanes.count(); lane++) {
      int key = lanes.keyOf(lane);
      assertThat(KeyGroupRangeAssignment.assignToKeyGroup(key, maximumParallelism)).isEqualTo(lane);
      keys.add(key);
    }

    assertThat(keys).hasSize(maximumParallelism);
  }

  @Test
  void idsSpreadEvenly() {
    Lanes lanes = new Lanes(720);
    int[] requests = new int[lanes.count()];

    for (int request = 0; request < 720_000; request++) {
      requests[lanes.laneOf("default", "order-" + request)]++;
    }

    // A thousand a lane on average; a fair hash stays within six standard deviations.
    for (int lane = 0; lane < lanes.count(); lane++) {
      assertThat(requests[lane]).as("lane %d", lane).isBetween(800, 1200);
    }
  }

  @Test
  void coordinatesTakenForIdsSpreadEvenly() {
    Lanes lanes = new Lanes(720);
    int[] requests = new int[lanes.count()];

    for (int partition = 0; partition < 4; partition++) {
      for (long offset = 0; offset < 180_000; offset++) {
        requests[lanes.laneOf("default", "millrace.requests-" + partition + "-" + offset)]++;
      }
    }

    for (int lane = 0; lane < lanes.count(); lane++) {
      assertThat(requests[lane]).as("lane %d", lane).isBetween(800, 1200);
    }
  }
}

package dev.millrace.bench.systems;

import dev.millrace.protocol.RecordCoordinates;
import java.io.Serializable;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.util.MathUtils;

/** As few keys as there can be without leaving a task idle: one for each. */
final class OneKeyPerTask implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By the index of the task. */
  private final int[] keys;

  private OneKeyPerTask(int[] keys) {
    this.keys = keys;
  }

  static OneKeyPerTask of(int parallelism, int maximumParallelism) {
    int[] keys = new int[parallelism];
    for (int task = 0; task < parallelism; task++) {
      while (KeyGroupRangeAssignment.assignKeyToParallelOperator(
              keys[task], maximumParallelism, parallelism)
          != task) {
        keys[task]++;
      }
    }
    return new OneKeyPerTask(keys);
  }

  /** The key of a request: spread evenly. */
  int keyOf(RecordCoordinates source) {
    int hash = 31 * source.partition() + Long.hashCode(source.offset());
    return keys[MathUtils.murmurHash(hash) % keys.length];
  }
}

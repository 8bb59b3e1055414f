package dev.millrace.operators.lanes;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.util.MathUtils;

/**
 * Maps a request to its lane, and a lane to the Flink key that lies alone in one key group.
 *
 * <p>Flink hashes keys into key groups, so the lane numbers themselves would collide: some groups
 * would hold two lanes and some none, and load would be uneven at high parallelism. For each lane
 * the smallest non-negative integer that hashes into the key group of the lane's number is its key
 * instead.
 */
public final class Lanes implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] keys;

  /**
   * @param maximumParallelism the number of lanes, which is the number of key groups of the job
   */
  public Lanes(int maximumParallelism) {
    KeyGroupRangeAssignment.checkParallelismPreconditions(maximumParallelism);
    keys = new int[maximumParallelism];
    Arrays.fill(keys, -1);
    int missing = maximumParallelism;
    for (int key = 0; missing > 0; key++) {
      int keyGroup = KeyGroupRangeAssignment.assignToKeyGroup(key, maximumParallelism);
      if (keys[keyGroup] < 0) {
        keys[keyGroup] = key;
        missing--;
      }
    }
  }

  /** How many lanes there are. */
  public int count() {
    return keys.length;
  }

  /** The lane of all requests with a record key. */
  public int laneOf(byte[] recordKey) {
    return laneOf(Arrays.hashCode(recordKey));
  }

  /** The lane of all requests of a tenant with an id. */
  public int laneOf(String tenant, String requestId) {
    return laneOf(31 * tenant.hashCode() + requestId.hashCode());
  }

  private int laneOf(int hash) {
    return MathUtils.murmurHash(hash) % keys.length;
  }

  /** The Flink key of a lane. */
  public int keyOf(int lane) {
    return keys[lane];
  }
}

package dev.millrace.operators.window;

import dev.millrace.operators.state.CachedResult;
import dev.millrace.operators.state.CachedResultSerializer;
import dev.millrace.protocol.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * Results by what was asked, in keyed state under the lane of the request they were made for; the
 * heap has an index of them, so that a task finds those of all its lanes.
 *
 * <p>When it is full, the oldest result goes. Confined to the mailbox thread.
 */
final class ResultCache {
  private static final MapStateDescriptor<String, CachedResult> DESCRIPTOR =
      new MapStateDescriptor<>(
          "cached-results", StringSerializer.INSTANCE, new CachedResultSerializer());

  private final KeyedStateBackend<Integer> backend;
  private final MapState<String, CachedResult> lane;
  private final int maximumEntries;
  private final Map<String, Place> index = new LinkedHashMap<>();

  /**
   * @param maximumEntries the most results of a task
   */
  ResultCache(
      KeyedStateBackend<Integer> backend, StateInitializationContext context, int maximumEntries) {
    this.backend = backend;
    this.lane = context.getKeyedStateStore().getMapState(DESCRIPTOR);
    this.maximumEntries = maximumEntries;
  }

  private record Place(int laneKey, long expiresAt) {}

  /** Finds again what was cached before a restore. */
  void restore() throws Exception {
    record Spare(String content, Place place) {}

    List<Spare> spares = new ArrayList<>();
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        DESCRIPTOR,
        (laneKey, results) -> {
          for (Map.Entry<String, CachedResult> result : results.entries()) {
            Place place = new Place(laneKey, result.getValue().expiresAt());
            Place other = index.put(result.getKey(), place);
            if (other != null) {
              // Two tasks had it, whose lanes have come together.
              spares.add(new Spare(result.getKey(), other));
            }
          }
        });
    for (Spare one : spares) {
      remove(one.content(), one.place());
    }
  }

  /** The outputs for what was asked, if they are there and not too old. */
  Optional<List<Tensor>> get(String content, long now) throws Exception {
    Place place = index.get(content);
    if (place == null) {
      return Optional.empty();
    }
    if (place.expiresAt() <= now) {
      index.remove(content);
      remove(content, place);
      return Optional.empty();
    }
    backend.setCurrentKey(place.laneKey());
    return Optional.ofNullable(lane.get(content)).map(CachedResult::outputs);
  }

  void put(int laneKey, String content, List<Tensor> outputs, Duration ttl, long now)
      throws Exception {
    Place before = index.remove(content);
    if (before != null) {
      remove(content, before);
    }
    makeRoom(now);
    Place place = new Place(laneKey, now + ttl.toMillis());
    backend.setCurrentKey(laneKey);
    lane.put(content, new CachedResult(outputs, place.expiresAt()));
    index.put(content, place);
  }

  /** Removes the oldest while they have expired, or are too many. */
  private void makeRoom(long now) throws Exception {
    Iterator<Map.Entry<String, Place>> oldest = index.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Place> entry = oldest.next();
      if (index.size() < maximumEntries && entry.getValue().expiresAt() > now) {
        return;
      }
      oldest.remove();
      remove(entry.getKey(), entry.getValue());
    }
  }

  private void remove(String content, Place place) throws Exception {
    backend.setCurrentKey(place.laneKey());
    lane.remove(content);
  }

  int size() {
    return index.size();
  }
}

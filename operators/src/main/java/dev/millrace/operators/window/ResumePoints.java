package dev.millrace.operators.window;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.state.GeneratedTokens;
import dev.millrace.operators.state.GeneratedTokensSerializer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * What texts that are being generated had when the last checkpoint was made, in keyed state: one
 * map a lane, from arrival to tokens. From there they go on after a restore.
 *
 * <p>Each call sets the current key.
 */
final class ResumePoints {
  private static final MapStateDescriptor<Long, GeneratedTokens> DESCRIPTOR =
      new MapStateDescriptor<>(
          "generated-tokens", LongSerializer.INSTANCE, new GeneratedTokensSerializer());

  private final KeyedStateBackend<Integer> backend;
  private final MapState<Long, GeneratedTokens> lane;

  /** Those that are in state, so that state is not asked for others. */
  private final Set<Place> places = new HashSet<>();

  ResumePoints(KeyedStateBackend<Integer> backend, StateInitializationContext context) {
    this.backend = backend;
    this.lane = context.getKeyedStateStore().getMapState(DESCRIPTOR);
  }

  private record Place(int laneKey, long arrival) {
    private static Place of(QueueEntry entry) {
      return new Place(entry.laneKey(), entry.arrival());
    }
  }

  /** Finds again what was there before a restore. */
  void restore() throws Exception {
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        DESCRIPTOR,
        (laneKey, points) -> {
          for (long arrival : points.keys()) {
            places.add(new Place(laneKey, arrival));
          }
        });
  }

  void put(QueueEntry entry, List<List<GeneratedToken>> tokens) throws Exception {
    backend.setCurrentKey(entry.laneKey());
    lane.put(entry.arrival(), new GeneratedTokens(tokens));
    places.add(Place.of(entry));
  }

  /** The tokens of each sequence; none when the request has generated nothing. */
  List<List<GeneratedToken>> get(QueueEntry entry) throws Exception {
    if (!places.contains(Place.of(entry))) {
      return List.of();
    }
    backend.setCurrentKey(entry.laneKey());
    GeneratedTokens tokens = lane.get(entry.arrival());
    if (tokens == null) {
      throw new IllegalStateException(entry + " has generated something that is not in state");
    }
    return tokens.bySequence();
  }

  void remove(QueueEntry entry) throws Exception {
    if (places.remove(Place.of(entry))) {
      backend.setCurrentKey(entry.laneKey());
      lane.remove(entry.arrival());
    }
  }
}

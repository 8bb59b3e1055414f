package dev.millrace.operators.window;

import dev.millrace.protocol.Envelope;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;

/**
 * The request ids of the last while, in keyed state: one map a lane, from tenant and id to where
 * the first request stood. The time is that of the job's clock.
 */
final class RecentIds {
  private final KeyedStateBackend<Integer> backend;
  private final MapState<String, String> lane;

  /**
   * @param ttl how long an id is remembered
   */
  RecentIds(KeyedStateBackend<Integer> backend, StateInitializationContext context, Duration ttl) {
    this.backend = backend;
    MapStateDescriptor<String, String> descriptor =
        new MapStateDescriptor<>(
            "recent-ids", StringSerializer.INSTANCE, StringSerializer.INSTANCE);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(ttl).updateTtlOnCreateAndWrite().neverReturnExpired().build());
    this.lane = context.getKeyedStateStore().getMapState(descriptor);
  }

  /** Where the request stood that had this id first; empty when there was none of late. */
  Optional<String> first(int laneKey, Envelope envelope) throws Exception {
    backend.setCurrentKey(laneKey);
    return Optional.ofNullable(lane.get(name(envelope)));
  }

  void remember(int laneKey, Envelope envelope) throws Exception {
    backend.setCurrentKey(laneKey);
    lane.put(name(envelope), envelope.source().toString());
  }

  void forget(int laneKey, Envelope envelope) throws Exception {
    backend.setCurrentKey(laneKey);
    lane.remove(name(envelope));
  }

  /** No tenant's name holds a line feed. */
  private static String name(Envelope envelope) {
    return envelope.tenant() + '\n' + envelope.id();
  }
}

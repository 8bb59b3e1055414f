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
import org.jspecify.annotations.Nullable;

/**
 * The request ids of the last while, in keyed state: maps of a lane, from tenant and id to where
 * the first request stood. The time is that of the job's clock.
 *
 * <p>Ids of tasks have a map of their own, since they are remembered even where others are not:
 * whoever asks again whether a task is done must not have it done again.
 */
final class RecentIds {
  private final KeyedStateBackend<Integer> backend;
  private final @Nullable MapState<String, String> all;
  private final MapState<String, String> tasks;

  /**
   * @param ttl how long an id is remembered; null when ids may come again
   * @param taskTtl how long the id of a task is remembered at least
   */
  RecentIds(
      KeyedStateBackend<Integer> backend,
      StateInitializationContext context,
      @Nullable Duration ttl,
      Duration taskTtl) {
    this.backend = backend;
    this.all = ttl == null ? null : lane(context, "recent-ids", ttl);
    // As long as the others: a task that is a duplicate must be known to be one of a task.
    this.tasks =
        lane(context, "recent-task-ids", ttl == null || ttl.compareTo(taskTtl) < 0 ? taskTtl : ttl);
  }

  private static MapState<String, String> lane(
      StateInitializationContext context, String name, Duration ttl) {
    MapStateDescriptor<String, String> descriptor =
        new MapStateDescriptor<>(name, StringSerializer.INSTANCE, StringSerializer.INSTANCE);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(ttl).updateTtlOnCreateAndWrite().neverReturnExpired().build());
    return context.getKeyedStateStore().getMapState(descriptor);
  }

  /** Where the request stood that had this id first; empty when there was none of late. */
  Optional<String> first(int laneKey, Envelope envelope) throws Exception {
    backend.setCurrentKey(laneKey);
    String name = name(envelope);
    String first = envelope.task() ? tasks.get(name) : null;
    if (first == null && all != null) {
      first = all.get(name);
    }
    return Optional.ofNullable(first);
  }

  /** Whether the request that had this id first is a task, so that this one has no history. */
  boolean isOfATask(int laneKey, Envelope envelope) throws Exception {
    backend.setCurrentKey(laneKey);
    return tasks.contains(name(envelope));
  }

  void remember(int laneKey, Envelope envelope) throws Exception {
    backend.setCurrentKey(laneKey);
    String source = envelope.source().toString();
    if (envelope.task()) {
      tasks.put(name(envelope), source);
    }
    if (all != null) {
      all.put(name(envelope), source);
    }
  }

  void forget(int laneKey, Envelope envelope) throws Exception {
    backend.setCurrentKey(laneKey);
    if (envelope.task()) {
      tasks.remove(name(envelope));
    }
    if (all != null) {
      all.remove(name(envelope));
    }
  }

  /** No tenant's name holds a line feed. */
  private static String name(Envelope envelope) {
    return envelope.tenant() + '\n' + envelope.id();
  }
}

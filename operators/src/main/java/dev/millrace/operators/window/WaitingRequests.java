package dev.millrace.operators.window;

import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.state.QueuedRequestSerializer;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * The requests that are not answered yet, in keyed state: one map a lane, from arrival to request.
 *
 * <p>Each call sets the current key; who calls need not put it back, since Flink sets it anew
 * before each element.
 */
final class WaitingRequests {
  private static final MapStateDescriptor<Long, QueuedRequest> DESCRIPTOR =
      new MapStateDescriptor<>(
          "waiting-requests", LongSerializer.INSTANCE, new QueuedRequestSerializer());

  private final KeyedStateBackend<Integer> backend;
  private final MapState<Long, QueuedRequest> lane;

  WaitingRequests(KeyedStateBackend<Integer> backend, StateInitializationContext context) {
    this.backend = backend;
    this.lane = context.getKeyedStateStore().getMapState(DESCRIPTOR);
  }

  /** Hears of a request that waits. */
  @FunctionalInterface
  interface Visitor {
    void visit(int laneKey, long arrival, QueuedRequest request);
  }

  /** Visits all of them, in no order: a scan of the whole state, for restoring. */
  void forEach(Visitor visitor) throws Exception {
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        DESCRIPTOR,
        (laneKey, requests) -> {
          for (Map.Entry<Long, QueuedRequest> request : requests.entries()) {
            visitor.visit(laneKey, request.getKey(), request.getValue());
          }
        });
  }

  void put(int laneKey, long arrival, QueuedRequest request) throws Exception {
    backend.setCurrentKey(laneKey);
    lane.put(arrival, request);
  }

  QueuedRequest get(QueueEntry entry) throws Exception {
    backend.setCurrentKey(entry.laneKey());
    QueuedRequest request = lane.get(entry.arrival());
    if (request == null) {
      throw new IllegalStateException(entry + " is queued but not in state");
    }
    return request;
  }

  void remove(QueueEntry entry) throws Exception {
    backend.setCurrentKey(entry.laneKey());
    lane.remove(entry.arrival());
  }
}

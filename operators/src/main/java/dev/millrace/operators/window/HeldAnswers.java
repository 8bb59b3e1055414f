package dev.millrace.operators.window;

import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.state.AdmissionSerializer;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * Requests that were refused on arrival and whose answers wait for earlier ones of their key, in
 * keyed state: one map a lane, from arrival to refusal.
 */
final class HeldAnswers {
  private static final MapStateDescriptor<Long, Admission> DESCRIPTOR =
      new MapStateDescriptor<>("held-answers", LongSerializer.INSTANCE, new AdmissionSerializer());

  private final KeyedStateBackend<Integer> backend;
  private final MapState<Long, Admission> lane;

  HeldAnswers(KeyedStateBackend<Integer> backend, StateInitializationContext context) {
    this.backend = backend;
    this.lane = context.getKeyedStateStore().getMapState(DESCRIPTOR);
  }

  /** Hears of an answer that is held. */
  @FunctionalInterface
  interface Visitor {
    void visit(int laneKey, long arrival, Admission.Refused refused);
  }

  /** Visits all, in no order. */
  void forEach(Visitor visitor) throws Exception {
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        DESCRIPTOR,
        (laneKey, held) -> {
          for (Map.Entry<Long, Admission> one : held.entries()) {
            if (one.getValue() instanceof Admission.Refused refused) {
              visitor.visit(laneKey, one.getKey(), refused);
            }
          }
        });
  }

  void put(QueueEntry entry, Admission.Refused refused) throws Exception {
    backend.setCurrentKey(entry.laneKey());
    lane.put(entry.arrival(), refused);
  }

  void remove(QueueEntry entry) throws Exception {
    backend.setCurrentKey(entry.laneKey());
    lane.remove(entry.arrival());
  }
}

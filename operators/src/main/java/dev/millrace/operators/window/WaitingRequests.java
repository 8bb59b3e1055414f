package dev.millrace.operators.window;

import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.state.QueuedRequestSerializer;
import dev.millrace.protocol.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * The requests that are not answered yet: one map a lane, from arrival to request.
 *
 * <p>The newest are kept on the heap, up to a budget, and written to keyed state when a checkpoint
 * comes; what is answered before the next checkpoint never costs a write. Beyond the budget,
 * requests go to keyed state at once. So in each checkpoint all of them are in keyed state.
 *
 * <p>Each call sets the current key; who calls need not put it back, since Flink sets it anew
 * before each element.
 */
final class WaitingRequests {
  private static final MapStateDescriptor<Long, QueuedRequest> DESCRIPTOR =
      new MapStateDescriptor<>(
          "waiting-requests", LongSerializer.INSTANCE, new QueuedRequestSerializer());

  /** What a request takes beside the contents of its tensors, roughly. */
  private static final long OVERHEAD_BYTES = 600;

  private final KeyedStateBackend<Integer> backend;
  private final MapState<Long, QueuedRequest> lane;
  private final long heapBudget;
  private final Map<QueueEntry, Recent> recent = new HashMap<>();
  private long heapBytes;

  /**
   * @param heapBudget how many bytes of requests may be on the heap; 0 for none
   */
  WaitingRequests(
      KeyedStateBackend<Integer> backend, StateInitializationContext context, long heapBudget) {
    this.backend = backend;
    this.lane = context.getKeyedStateStore().getMapState(DESCRIPTOR);
    this.heapBudget = heapBudget;
  }

  /** A request on the heap. */
  private static final class Recent {
    private final QueuedRequest request;
    private final long bytes;
    private boolean inState;

    private Recent(QueuedRequest request, long bytes) {
      this.request = request;
      this.bytes = bytes;
    }
  }

  /** Hears of a request that waits. */
  @FunctionalInterface
  interface Visitor {
    void visit(int laneKey, long arrival, QueuedRequest request);
  }

  /** Visits all that are in keyed state, in no order: a scan of it, for restoring. */
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

  void put(QueueEntry entry, QueuedRequest request) throws Exception {
    long bytes = bytes(request);
    if (heapBytes + bytes <= heapBudget) {
      recent.put(entry, new Recent(request, bytes));
      heapBytes += bytes;
    } else {
      write(entry, request);
    }
  }

  QueuedRequest get(QueueEntry entry) throws Exception {
    Recent kept = recent.get(entry);
    if (kept != null) {
      return kept.request;
    }
    backend.setCurrentKey(entry.laneKey());
    QueuedRequest request = lane.get(entry.arrival());
    if (request == null) {
      throw new IllegalStateException(entry + " is queued but not in state");
    }
    return request;
  }

  void remove(QueueEntry entry) throws Exception {
    Recent kept = recent.remove(entry);
    if (kept != null) {
      heapBytes -= kept.bytes;
    }
    if (kept == null || kept.inState) {
      backend.setCurrentKey(entry.laneKey());
      lane.remove(entry.arrival());
    }
  }

  /** Writes to keyed state what is on the heap only: before each checkpoint. */
  void flush() throws Exception {
    for (Map.Entry<QueueEntry, Recent> kept : recent.entrySet()) {
      if (!kept.getValue().inState) {
        write(kept.getKey(), kept.getValue().request);
        kept.getValue().inState = true;
      }
    }
  }

  private void write(QueueEntry entry, QueuedRequest request) throws Exception {
    backend.setCurrentKey(entry.laneKey());
    lane.put(entry.arrival(), request);
  }

  private static long bytes(QueuedRequest request) {
    long bytes = OVERHEAD_BYTES;
    for (Tensor input : request.inputs()) {
      bytes += input.data().length;
    }
    return bytes;
  }
}

package dev.millrace.operators.window;

import dev.millrace.engines.GeneratedToken;
import dev.millrace.engines.Work;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.operators.state.QueuedRequestSerializer;
import dev.millrace.protocol.Tensor;
import java.io.BufferedInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyGroupStatePartitionStreamProvider;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateCheckpointOutputStream;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;

/**
 * The requests that are not answered yet.
 *
 * <p>The newest are kept on the heap, up to a budget. A checkpoint writes them one after the other
 * as raw keyed state, which costs a copy; what is answered before the next checkpoint never costs
 * even that. Those that have lived through {@value #YOUNG} checkpoints, and those beyond the
 * budget, go to a map of their lane in the state backend, which writes them once. So in each
 * checkpoint each request is in the one or the other, under its key group.
 *
 * <p>Each call sets the current key; who calls need not put it back, since Flink sets it anew
 * before each element.
 */
final class WaitingRequests {
  private static final MapStateDescriptor<Long, QueuedRequest> DESCRIPTOR =
      new MapStateDescriptor<>(
          "waiting-requests", LongSerializer.INSTANCE, new QueuedRequestSerializer());

  /** What a request takes beside its tensors or tokens, roughly. */
  private static final long OVERHEAD_BYTES = 600;

  /**
   * Writing a request again and again as raw state is estimated at a microsecond each time; putting
   * it into RocksDB, deleting it again, and compacting and copying the files in between, about
   * sixteen.
   */
  private static final int YOUNG = 8;

  private final QueuedRequestSerializer serializer = new QueuedRequestSerializer();
  private final KeyedStateBackend<Integer> backend;
  private final MapState<Long, QueuedRequest> lane;
  private final ResumePoints resumePoints;
  private final int keyGroups;
  private final long heapBudget;
  private final Map<QueueEntry, Recent> recent = new HashMap<>();
  private long heapBytes;

  /**
   * @param keyGroups of the job: its maximum parallelism
   * @param heapBudget how many bytes of requests may be on the heap; 0 for none
   */
  WaitingRequests(
      KeyedStateBackend<Integer> backend,
      StateInitializationContext context,
      int keyGroups,
      long heapBudget)
      throws Exception {
    this.backend = backend;
    this.lane = context.getKeyedStateStore().getMapState(DESCRIPTOR);
    this.resumePoints = new ResumePoints(backend, context);
    this.keyGroups = keyGroups;
    this.heapBudget = heapBudget;
    if (context.isRestored()) {
      for (KeyGroupStatePartitionStreamProvider keyGroup : context.getRawKeyedStateInputs()) {
        restore(new DataInputViewStreamWrapper(new BufferedInputStream(keyGroup.getStream())));
      }
    }
  }

  /** Puts the young requests of a key group where {@link #forEach} finds all of them. */
  private void restore(DataInputView in) throws Exception {
    for (int left = in.readInt(); left > 0; left--) {
      backend.setCurrentKey(in.readInt());
      lane.put(in.readLong(), serializer.deserialize(in));
    }
  }

  /** A request on the heap. */
  private static final class Recent {
    private final QueuedRequest request;
    private final long bytes;
    private int checkpoints;
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

  /** Finds again where texts go on that were being generated; to be called before any is asked. */
  void restoreResumePoints() throws Exception {
    resumePoints.restore();
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

  /** What a former life has generated for a request, by sequence; none if it has not. */
  List<List<GeneratedToken>> generated(QueueEntry entry) throws Exception {
    return resumePoints.get(entry);
  }

  /** Has the request go on behind these tokens after a restore. */
  void resumeBehind(List<List<GeneratedToken>> generated, QueueEntry entry) throws Exception {
    resumePoints.put(entry, generated);
  }

  void remove(QueueEntry entry) throws Exception {
    resumePoints.remove(entry);
    Recent kept = recent.remove(entry);
    if (kept != null) {
      heapBytes -= kept.bytes;
    }
    if (kept == null || kept.inState) {
      backend.setCurrentKey(entry.laneKey());
      lane.remove(entry.arrival());
    }
  }

  /** Sees to it that a checkpoint has all of them; before the backend makes its part of it. */
  void snapshot(StateSnapshotContext context) throws Exception {
    SortedMap<Integer, List<QueueEntry>> young = new TreeMap<>();
    for (Map.Entry<QueueEntry, Recent> kept : recent.entrySet()) {
      Recent each = kept.getValue();
      if (each.inState) {
        continue;
      }
      if (each.checkpoints < YOUNG) {
        each.checkpoints++;
        young
            .computeIfAbsent(keyGroup(kept.getKey()), group -> new ArrayList<>())
            .add(kept.getKey());
      } else {
        write(kept.getKey(), each.request);
        each.inState = true;
      }
    }
    if (!young.isEmpty()) {
      writeRaw(young, context.getRawKeyedOperatorStateOutput());
    }
  }

  private int keyGroup(QueueEntry entry) {
    return KeyGroupRangeAssignment.assignToKeyGroup(entry.laneKey(), keyGroups);
  }

  private void writeRaw(
      SortedMap<Integer, List<QueueEntry>> young, KeyedStateCheckpointOutputStream out)
      throws Exception {
    DataOutputSerializer buffer = new DataOutputSerializer(1 << 12);
    for (Map.Entry<Integer, List<QueueEntry>> keyGroup : young.entrySet()) {
      out.startNewKeyGroup(keyGroup.getKey());
      buffer.writeInt(keyGroup.getValue().size());
      for (QueueEntry entry : keyGroup.getValue()) {
        buffer.writeInt(entry.laneKey());
        buffer.writeLong(entry.arrival());
        serializer.serialize(Objects.requireNonNull(recent.get(entry)).request, buffer);
      }
      out.write(buffer.getSharedBuffer(), 0, buffer.length());
      buffer.clear();
    }
  }

  private void write(QueueEntry entry, QueuedRequest request) throws Exception {
    backend.setCurrentKey(entry.laneKey());
    lane.put(entry.arrival(), request);
  }

  private static long bytes(QueuedRequest request) {
    long bytes = OVERHEAD_BYTES;
    if (request.work() instanceof Work.Scoring scoring) {
      for (Tensor input : scoring.inputs()) {
        bytes += input.data().length;
      }
    } else if (request.work() instanceof Work.Generation generation) {
      bytes += (long) Integer.BYTES * generation.promptTokens();
    }
    return bytes;
  }
}

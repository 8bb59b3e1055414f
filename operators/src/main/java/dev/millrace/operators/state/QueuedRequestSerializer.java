package dev.millrace.operators.state;

import dev.millrace.operators.admission.QueuedRequest;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Keeps a waiting request in state. */
public final class QueuedRequestSerializer extends ImmutableSerializer<QueuedRequest> {
  private static final long serialVersionUID = 1L;

  @Override
  public void serialize(QueuedRequest request, DataOutputView out) throws IOException {
    RequestFormat.writeQueued(request, out);
  }

  @Override
  public QueuedRequest deserialize(DataInputView in) throws IOException {
    return RequestFormat.readQueued(in);
  }

  @Override
  public TypeSerializerSnapshot<QueuedRequest> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The serializer as a savepoint knows it; the layout's version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<QueuedRequest> {
    public Snapshot() {
      super(QueuedRequestSerializer::new);
    }
  }
}

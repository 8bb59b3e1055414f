package dev.millrace.operators.state;

import dev.millrace.protocol.Tensor;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes results to the cache. */
public final class CachedResultSerializer extends ImmutableSerializer<CachedResult> {
  private static final long serialVersionUID = 1L;
  private static final byte VERSION = 2;

  /** The first layout: datatypes were written by name. */
  private static final byte WITHOUT_CODES = 1;

  @Override
  public void serialize(CachedResult result, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    out.writeLong(result.expiresAt());
    RequestFormat.writeTensors(result.outputs(), out);
  }

  @Override
  public CachedResult deserialize(DataInputView in) throws IOException {
    byte version = in.readByte();
    if (version < WITHOUT_CODES || version > VERSION) {
      throw new IOException("no cached result has layout " + version);
    }
    long expiresAt = in.readLong();
    List<Tensor> outputs =
        version == WITHOUT_CODES
            ? RequestFormat.readTensorsWithNames(in)
            : RequestFormat.readTensors(in);
    return new CachedResult(outputs, expiresAt);
  }

  @Override
  public TypeSerializerSnapshot<CachedResult> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The serializer as a savepoint knows it; the layout's version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<CachedResult> {
    public Snapshot() {
      super(CachedResultSerializer::new);
    }
  }
}

package dev.millrace.operators.state;

import dev.millrace.operators.admission.Admission;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Ships an admission to its lane. Unaligned checkpoints keep what is on the way, so this is state
 * too.
 */
public final class AdmissionSerializer extends ImmutableSerializer<Admission> {
  private static final long serialVersionUID = 1L;
  private static final byte ACCEPTED = 1;
  private static final byte REFUSED = 2;
  private static final byte CANCEL = 3;

  @Override
  public void serialize(Admission admission, DataOutputView out) throws IOException {
    if (admission instanceof Admission.Accepted accepted) {
      out.writeByte(ACCEPTED);
      RequestFormat.writeQueued(accepted.request(), out);
    } else if (admission instanceof Admission.Refused refused) {
      out.writeByte(REFUSED);
      RequestFormat.writeRefused(refused, out);
    } else if (admission instanceof Admission.Cancel cancel) {
      out.writeByte(CANCEL);
      RequestFormat.writeCancel(cancel.envelope(), cancel.target(), out);
    }
  }

  @Override
  public Admission deserialize(DataInputView in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case ACCEPTED -> new Admission.Accepted(RequestFormat.readQueued(in));
      case REFUSED -> RequestFormat.readRefused(in);
      case CANCEL -> RequestFormat.readCancel(in);
      default -> throw new IOException("no admission is of kind " + kind);
    };
  }

  @Override
  public TypeSerializerSnapshot<Admission> snapshotConfiguration() {
    return new Snapshot();
  }

  /** The serializer as a savepoint knows it; the layout's version is in each value. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Admission> {
    public Snapshot() {
      super(AdmissionSerializer::new);
    }
  }
}

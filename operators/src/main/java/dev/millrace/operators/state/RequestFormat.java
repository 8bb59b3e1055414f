package dev.millrace.operators.state;

import static dev.millrace.operators.state.Fields.readBytes;
import static dev.millrace.operators.state.Fields.readText;
import static dev.millrace.operators.state.Fields.writeBytes;
import static dev.millrace.operators.state.Fields.writeText;

import dev.millrace.engines.Work;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.protocol.Datatype;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.RecordCoordinates;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.ReplyAddress;
import dev.millrace.protocol.ResultStatus;
import dev.millrace.protocol.Tensor;
import dev.millrace.protocol.Usage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * The binary layout of requests. Enums are written as {@link EnumCodes} has them, those of refusals
 * by name; never by their order, which may change.
 */
final class RequestFormat {
  /** Raised when a field is added; {@link #readQueued} branches on the version that it finds. */
  private static final byte VERSION = 5;

  /** The first layout: requests had no length. */
  private static final byte WITHOUT_LENGTH = 1;

  /** The last layout in which encodings and datatypes were written by name. */
  private static final byte WITHOUT_CODES = 2;

  /** The last layout in which all requests had tensors, and errors neither field nor usage. */
  private static final byte WITHOUT_TEXT = 3;

  /** The last layout in which no request was a task, and refusals did not say of which model. */
  private static final byte WITHOUT_TASKS = 4;

  private RequestFormat() {}

  static void writeQueued(QueuedRequest request, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    writeEnvelope(request.envelope(), out);
    writeText(request.model().name(), out);
    out.writeInt(request.model().version());
    out.writeInt(request.priority());
    out.writeInt(request.rows());
    out.writeInt(request.length());
    WorkFormat.write(request.work(), out);
    out.writeInt(request.outputs().size());
    for (String output : request.outputs()) {
      writeText(output, out);
    }
  }

  static QueuedRequest readQueued(DataInputView in) throws IOException {
    byte version = checkedVersion(in.readByte());
    Envelope envelope = readEnvelope(in, version);
    ModelVersion model = new ModelVersion(readText(in), in.readInt());
    int priority = in.readInt();
    int rows = in.readInt();
    int length = version == WITHOUT_LENGTH ? 0 : in.readInt();
    Work work = readWork(in, version);
    List<String> outputs = new ArrayList<>();
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      outputs.add(readText(in));
    }
    return new QueuedRequest(envelope, model, priority, rows, length, work, outputs);
  }

  private static Work readWork(DataInputView in, byte version) throws IOException {
    if (version <= WITHOUT_CODES) {
      return new Work.Scoring(readTensorsWithNames(in));
    }
    return version <= WITHOUT_TEXT ? new Work.Scoring(readTensors(in)) : WorkFormat.read(in);
  }

  static void writeRefused(Admission.Refused refused, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    writeEnvelope(refused.envelope(), out);
    writeModel(refused.model(), out);
    ErrorResult result = refused.result();
    writeText(result.id(), out);
    writeText(result.status().name(), out);
    writeText(result.code().name(), out);
    writeText(result.message(), out);
    Fields.writeOptional(result.param(), out);
    Usage usage = result.usage();
    out.writeBoolean(usage != null);
    if (usage != null) {
      out.writeInt(usage.promptTokens());
      out.writeInt(usage.completionTokens());
    }
  }

  static void writeCancel(Envelope envelope, String target, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    writeEnvelope(envelope, out);
    writeText(target, out);
  }

  static void writeTensors(List<Tensor> tensors, DataOutputView out) throws IOException {
    out.writeInt(tensors.size());
    for (Tensor tensor : tensors) {
      writeTensor(tensor, out);
    }
  }

  static List<Tensor> readTensors(DataInputView in) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      tensors.add(readTensor(readText(in), EnumCodes.datatype(in.readByte()), in));
    }
    return tensors;
  }

  /** Reads tensors whose datatypes were written by name. */
  static List<Tensor> readTensorsWithNames(DataInputView in) throws IOException {
    List<Tensor> tensors = new ArrayList<>();
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      tensors.add(readTensor(readText(in), Datatype.valueOf(readText(in)), in));
    }
    return tensors;
  }

  static Admission.Refused readRefused(DataInputView in) throws IOException {
    byte version = checkedVersion(in.readByte());
    Envelope envelope = readEnvelope(in, version);
    ModelReference model = version <= WITHOUT_TASKS ? null : readModel(in);
    String id = readText(in);
    ResultStatus status = ResultStatus.valueOf(readText(in));
    ErrorCode code = ErrorCode.valueOf(readText(in));
    String message = readText(in);
    if (version <= WITHOUT_TEXT) {
      return new Admission.Refused(envelope, new ErrorResult(id, status, code, message));
    }
    String param = Fields.readOptional(in);
    Usage usage = in.readBoolean() ? new Usage(in.readInt(), in.readInt()) : null;
    return new Admission.Refused(
        envelope, model, new ErrorResult(id, status, code, message, param, usage));
  }

  static Admission.Cancel readCancel(DataInputView in) throws IOException {
    Envelope envelope = readEnvelope(in, checkedVersion(in.readByte()));
    return new Admission.Cancel(envelope, readText(in));
  }

  private static void writeEnvelope(Envelope envelope, DataOutputView out) throws IOException {
    writeText(envelope.id(), out);
    writeText(envelope.source().topic(), out);
    out.writeInt(envelope.source().partition());
    out.writeLong(envelope.source().offset());
    writeBytes(envelope.key(), out);
    out.writeLong(envelope.timestamp());
    out.writeInt(envelope.priority());
    out.writeLong(envelope.deadline());
    writeText(envelope.tenant(), out);
    out.writeInt(envelope.trace().size());
    for (RecordHeader header : envelope.trace()) {
      writeText(header.name(), out);
      writeBytes(header.value(), out);
    }
    writeReply(envelope.reply(), out);
    out.writeByte(EnumCodes.code(envelope.encoding()));
    out.writeBoolean(envelope.task());
  }

  private static Envelope readEnvelope(DataInputView in, byte version) throws IOException {
    String id = readText(in);
    RecordCoordinates source = new RecordCoordinates(readText(in), in.readInt(), in.readLong());
    byte @Nullable [] key = readBytes(in);
    long timestamp = in.readLong();
    int priority = in.readInt();
    long deadline = in.readLong();
    String tenant = readText(in);
    List<RecordHeader> trace = new ArrayList<>();
    for (int remaining = in.readInt(); remaining > 0; remaining--) {
      trace.add(new RecordHeader(readText(in), readBytes(in)));
    }
    ReplyAddress reply = readReply(in);
    Encoding encoding =
        version <= WITHOUT_CODES
            ? Encoding.valueOf(readText(in))
            : EnumCodes.encoding(in.readByte());
    boolean task = version > WITHOUT_TASKS && in.readBoolean();
    return new Envelope(
        id, source, key, timestamp, priority, deadline, tenant, trace, reply, encoding, task);
  }

  private static void writeModel(@Nullable ModelReference model, DataOutputView out)
      throws IOException {
    out.writeBoolean(model != null);
    if (model != null) {
      writeText(model.name(), out);
      Fields.writeOptional(model.version(), out);
    }
  }

  private static @Nullable ModelReference readModel(DataInputView in) throws IOException {
    return in.readBoolean() ? new ModelReference(readText(in), Fields.readOptional(in)) : null;
  }

  private static void writeReply(@Nullable ReplyAddress reply, DataOutputView out)
      throws IOException {
    out.writeBoolean(reply != null);
    if (reply != null) {
      writeText(reply.topic(), out);
      Integer partition = reply.partition();
      out.writeInt(partition == null ? -1 : partition);
    }
  }

  private static @Nullable ReplyAddress readReply(DataInputView in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    String topic = readText(in);
    int partition = in.readInt();
    return new ReplyAddress(topic, partition < 0 ? null : partition);
  }

  private static void writeTensor(Tensor tensor, DataOutputView out) throws IOException {
    writeText(tensor.name(), out);
    out.writeByte(EnumCodes.code(tensor.datatype()));
    out.writeInt(tensor.shape().length);
    for (long dimension : tensor.shape()) {
      out.writeLong(dimension);
    }
    out.writeInt(tensor.data().length);
    out.write(tensor.data());
  }

  private static Tensor readTensor(String name, Datatype datatype, DataInputView in)
      throws IOException {
    long[] shape = new long[in.readInt()];
    for (int dimension = 0; dimension < shape.length; dimension++) {
      shape[dimension] = in.readLong();
    }
    byte[] data = new byte[in.readInt()];
    in.readFully(data);
    return new Tensor(name, datatype, shape, data);
  }

  private static byte checkedVersion(byte version) throws IOException {
    if (version < WITHOUT_LENGTH || version > VERSION) {
      throw new IOException(
          "state was written with layout %d, and this release reads layouts %d to %d: restore it with the release that wrote it"
              .formatted(version, WITHOUT_LENGTH, VERSION));
    }
    return version;
  }
}

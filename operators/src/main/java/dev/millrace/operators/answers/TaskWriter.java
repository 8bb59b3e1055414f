package dev.millrace.operators.answers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.protocol.Encoding;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.HeaderNames;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ModelVersion;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.RecordHeader;
import dev.millrace.protocol.Result;
import dev.millrace.protocol.ResultEncoder;
import dev.millrace.protocol.TaskRecord;
import dev.millrace.protocol.TaskRecord.Fault;
import dev.millrace.protocol.TaskRecord.Times;
import dev.millrace.protocol.TaskStatus;
import dev.millrace.protocol.json.TaskRecordWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the states of tasks, never larger than can be sent. */
public final class TaskWriter {
  private final TaskRecordWriter writer = new TaskRecordWriter();
  private final ResultEncoder encoder = new ResultEncoder();
  private final int maximumBytes;

  /**
   * @param maximumBytes the most bytes that a record may take, with key and headers
   */
  public TaskWriter(int maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  /**
   * Writes that a task waits.
   *
   * @param now epoch milliseconds
   */
  public OutboundRecord queued(QueuedRequest request, long now) {
    Envelope envelope = request.envelope();
    Times times = new Times(envelope.timestamp(), null, null);
    return record(
        envelope, task(envelope, TaskStatus.QUEUED, reference(request.model()), times, 0), now);
  }

  /**
   * Writes that a task has been given to an engine.
   *
   * @param batchSize with how many others, itself included
   * @param now epoch milliseconds
   */
  public OutboundRecord running(QueuedRequest request, int batchSize, long now) {
    Envelope envelope = request.envelope();
    Times times = new Times(envelope.timestamp(), now, null);
    return record(
        envelope,
        task(envelope, TaskStatus.RUNNING, reference(request.model()), times, batchSize),
        now);
  }

  /**
   * Writes how a task has ended, at the time of its answer.
   *
   * @param model null when it is not known
   */
  public OutboundRecord ended(Envelope envelope, @Nullable ModelReference model, Answer answer) {
    long now = answer.record().timestamp();
    Times times = new Times(envelope.timestamp(), answer.handling().startedAt(), now);
    Result result = answer.result();
    TaskStatus status = TaskStatus.of(result.status());
    TaskRecord bare =
        new TaskRecord(
            envelope.tenant(),
            envelope.id(),
            envelope.source(),
            status,
            model,
            times,
            answer.handling().batchSize(),
            null,
            result instanceof ErrorResult error ? Fault.of(error) : null);
    if (status != TaskStatus.SUCCEEDED) {
      return record(envelope, bare, now);
    }
    OutboundRecord whole = record(envelope, bare.withResult(json(envelope, answer)), now);
    // Beside the result there is more here than in the answer, so what fits there may not fit here.
    return whole.maximumSerializedSize() <= maximumBytes ? whole : record(envelope, bare, now);
  }

  /** The model that a task is scored by. */
  public static ModelReference reference(ModelVersion model) {
    return new ModelReference(model.name(), Integer.toString(model.version()));
  }

  private String json(Envelope envelope, Answer answer) {
    byte[] body =
        envelope.encoding() == Encoding.JSON
            ? answer.record().value()
            : encoder.encode(answer.result(), Encoding.JSON);
    return new String(body, UTF_8);
  }

  private static TaskRecord task(
      Envelope envelope, TaskStatus status, ModelReference model, Times times, int batchSize) {
    return new TaskRecord(
        envelope.tenant(),
        envelope.id(),
        envelope.source(),
        status,
        model,
        times,
        batchSize,
        null,
        null);
  }

  private OutboundRecord record(Envelope envelope, TaskRecord task, long now) {
    List<RecordHeader> headers = new ArrayList<>(2 + envelope.trace().size());
    headers.add(header(HeaderNames.TENANT, envelope.tenant()));
    headers.add(header(HeaderNames.REQUEST_ID, envelope.id()));
    headers.addAll(envelope.trace());
    byte[] key = writer.key(envelope.tenant(), envelope.id());
    return new OutboundRecord(null, null, now, key, writer.write(task), headers);
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }
}

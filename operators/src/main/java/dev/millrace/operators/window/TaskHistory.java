package dev.millrace.operators.window;

import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.answers.Answer;
import dev.millrace.operators.answers.TaskWriter;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.OutboundRecord;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells how tasks fare; of requests that are none, nothing. What is told falls into the checkpoint
 * epoch of what happened, so after a crash a task may be told to run once more, but it ends once.
 *
 * <p>Confined to the mailbox thread.
 */
final class TaskHistory {
  private final TaskWriter writer;
  private final Consumer<OutboundRecord> output;

  TaskHistory(TaskWriter writer, Consumer<OutboundRecord> output) {
    this.writer = writer;
    this.output = output;
  }

  /** A request waits now. */
  void queued(QueuedRequest request, long now) {
    if (request.envelope().task()) {
      output.accept(writer.queued(request, now));
    }
  }

  /** An engine has been given these requests together. */
  void running(List<QueuedRequest> batch, long now) {
    for (QueuedRequest request : batch) {
      if (request.envelope().task()) {
        output.accept(writer.running(request, batch.size(), now));
      }
    }
  }

  /**
   * A request has its answer.
   *
   * @param model null when it is not known
   */
  void ended(Envelope envelope, @Nullable ModelReference model, Answer answer) {
    if (envelope.task()) {
      output.accept(writer.ended(envelope, model, answer));
    }
  }
}

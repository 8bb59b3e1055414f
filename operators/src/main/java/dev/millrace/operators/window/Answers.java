package dev.millrace.operators.window;

import dev.millrace.engines.Progress;
import dev.millrace.operators.admission.Admission;
import dev.millrace.operators.admission.QueuedRequest;
import dev.millrace.operators.answers.Answer;
import dev.millrace.operators.answers.AnswerWriter;
import dev.millrace.operators.answers.Handling;
import dev.millrace.operators.answers.Results;
import dev.millrace.operators.answers.TaskWriter;
import dev.millrace.operators.lanes.Order;
import dev.millrace.operators.queue.QueueEntry;
import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.OutboundRecord;
import dev.millrace.protocol.Result;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request its one answer, in the order that was asked for, and in the same step in which
 * the request leaves keyed state.
 *
 * <p>Confined to the mailbox thread.
 */
final class Answers {
  private final AnswerWriter writer;
  private final Order order;
  private final WaitingRequests waiting;
  private final HeldAnswers heldRefusals;
  private final RecentIds recentIds;
  private final WindowMetrics metrics;
  private final LongSupplier clock;
  private final BiConsumer<Envelope, OutboundRecord> output;
  private final TaskHistory tasks;
  private final KeyOrder lines = new KeyOrder();

  /**
   * @param clock epoch milliseconds
   * @param output where answers go, by the envelope of their request
   * @param tasks hears of them
   */
  Answers(
      AnswerSettings settings,
      WaitingRequests waiting,
      HeldAnswers heldRefusals,
      RecentIds recentIds,
      WindowMetrics metrics,
      LongSupplier clock,
      BiConsumer<Envelope, OutboundRecord> output,
      TaskHistory tasks) {
    this.writer = new AnswerWriter(settings.maximumBytes());
    this.order = settings.order();
    this.waiting = waiting;
    this.heldRefusals = heldRefusals;
    this.recentIds = recentIds;
    this.metrics = metrics;
    this.clock = clock;
    this.output = output;
    this.tasks = tasks;
  }

  /** Hears of a request that waits, in the order in which requests came. */
  void expect(QueueEntry entry, Envelope envelope) {
    lines.expect(lineOf(envelope), entry);
  }

  /** Answers a request that is in keyed state. */
  void answer(QueueEntry entry, QueuedRequest request, Result result, Handling handling)
      throws Exception {
    lines.ready(
        lineOf(request.envelope()),
        entry,
        () -> {
          waiting.remove(entry);
          if (hadNoRoom(result)) {
            recentIds.forget(entry.laneKey(), request.envelope());
          }
          emit(request.envelope(), TaskWriter.reference(request.model()), result, handling);
        });
  }

  /** Who hears that there is no room now may come again, under the same id. */
  private static boolean hadNoRoom(Result result) {
    return result instanceof ErrorResult error && error.code() == ErrorCode.OVERLOADED;
  }

  /**
   * Answers a request that never waited.
   *
   * @param entry its place among the others
   */
  void refuse(QueueEntry entry, Admission.Refused refused) throws Exception {
    if (mustHold(refused.envelope())) {
      heldRefusals.put(entry, refused);
      expect(entry, refused.envelope());
      answerHeld(entry, refused);
    } else {
      emit(refused);
    }
  }

  /** Whether an answer to this request would have to wait for earlier ones of its key. */
  boolean mustHold(Envelope envelope) {
    return lines.hasEarlier(lineOf(envelope));
  }

  /** Answers a refusal that is in keyed state. */
  void answerHeld(QueueEntry entry, Admission.Refused refused) throws Exception {
    lines.ready(
        lineOf(refused.envelope()),
        entry,
        () -> {
          heldRefusals.remove(entry);
          emit(refused);
        });
  }

  /** Sends a piece of a text, which is no answer and waits for none. */
  void stream(QueuedRequest request, Progress progress) {
    Envelope envelope = request.envelope();
    output.accept(
        envelope, writer.write(envelope, Results.piece(request, progress), clock.getAsLong()));
  }

  /** Hears of tasks on their way to their answer. */
  TaskHistory tasks() {
    return tasks;
  }

  /** How many answers wait for earlier ones. */
  int held() {
    return lines.held();
  }

  private byte @Nullable [] lineOf(Envelope envelope) {
    return order == Order.KEY ? envelope.key() : null;
  }

  private void emit(Admission.Refused refused) {
    emit(refused.envelope(), refused.model(), refused.result(), Handling.AT_ONCE);
  }

  private void emit(
      Envelope envelope, @Nullable ModelReference model, Result result, Handling handling) {
    Answer answer = writer.write(envelope, result, handling, clock.getAsLong());
    metrics.answered(answer.status());
    output.accept(envelope, answer.record());
    tasks.ended(envelope, model, answer);
  }
}

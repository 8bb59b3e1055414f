package dev.millrace.operators.admission;

import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ModelReference;
import dev.millrace.protocol.ResultStatus;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not admitted.
 *
 * @param param the field that is at fault, null when it is none alone
 */
record Refusal(ErrorCode code, String message, @Nullable String param) {
  /** What a model may be called; of what is longer, nothing is carried along. */
  private static final int MAXIMUM_MODEL_LENGTH = 128;

  Refusal(ErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * The answer to who asked.
   *
   * @param model what was asked for, if that is known
   */
  Admission.Refused of(Envelope envelope, @Nullable ModelReference model) {
    return new Admission.Refused(
        envelope,
        // Only the history of a task tells it.
        envelope.task() && model != null && isName(model) ? model : null,
        new ErrorResult(envelope.id(), ResultStatus.REJECTED, code, message, param, null));
  }

  private static boolean isName(ModelReference model) {
    return model.toString().length() <= MAXIMUM_MODEL_LENGTH;
  }
}

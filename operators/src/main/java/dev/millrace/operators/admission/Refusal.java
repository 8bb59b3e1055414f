package dev.millrace.operators.admission;

import dev.millrace.protocol.Envelope;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.ErrorResult;
import dev.millrace.protocol.ResultStatus;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not admitted.
 *
 * @param param the field that is at fault, null when it is none alone
 */
record Refusal(ErrorCode code, String message, @Nullable String param) {
  Refusal(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** The answer to who asked. */
  Admission.Refused of(Envelope envelope) {
    return new Admission.Refused(
        envelope,
        new ErrorResult(envelope.id(), ResultStatus.REJECTED, code, message, param, null));
  }
}
